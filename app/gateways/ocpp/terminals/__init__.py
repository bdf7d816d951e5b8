"""Terminals inside charge points: the way from their words to our verbs."""
