"""Several attempts to pay for one session, one after the other, before it starts."""
