"""Places that a driver keeps, and those that a driver waits for to become free."""
