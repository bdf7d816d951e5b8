"""Follow a running session: its meter, what its page shows, and the watch over the hold."""
