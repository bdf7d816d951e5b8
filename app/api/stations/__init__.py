"""Charge points in the API: see them, call them, configure them."""
