"""The map and the list of an operator's locations: where they are, what is free, what it costs."""
