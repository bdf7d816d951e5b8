"""Sessions that are a driver's own: the history, and what was charged before signing in."""
