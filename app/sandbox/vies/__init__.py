"""VIES, played: a few companies are registered, and it can be away, broken or confused."""
