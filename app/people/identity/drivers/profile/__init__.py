"""What a driver says of itself: a name, and the language of what it is sent."""
