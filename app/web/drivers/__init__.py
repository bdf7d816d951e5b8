"""The pages of a driver who is known: signing in, and what is the driver's own."""
