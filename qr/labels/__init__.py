"""Stickers: a code with all that a careful driver wants to see beside it."""
