"""The printed code."""
