"""Journeys at charge points of other platforms."""
