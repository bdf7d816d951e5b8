"""A payment provider to try things with: it speaks Mollie's published HTTP and moves no money."""
