"""Tariffs at many spots at once, as a list of places needs them."""
