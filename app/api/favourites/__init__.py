"""A driver's favourites, and what a driver waits for, over the API."""
