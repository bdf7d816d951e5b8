"""Charge points that nobody has configured: paired with an operator by a one-time code."""
