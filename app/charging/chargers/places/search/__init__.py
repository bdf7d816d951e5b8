"""The questions that a map and a list ask."""
