"""A payment provider to try things out with: it speaks Mollie's published HTTP and moves no money."""
