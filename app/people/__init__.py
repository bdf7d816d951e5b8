"""Operators and those who act for them."""
