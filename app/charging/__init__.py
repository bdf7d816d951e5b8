"""Charge points, sessions and the records of what was charged."""
