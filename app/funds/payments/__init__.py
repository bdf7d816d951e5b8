"""One payment's way through a provider: hold, capture, release, refund, and what was unknown."""
