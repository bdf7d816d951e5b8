"""Live pages: open streams, and who follows which journey."""
