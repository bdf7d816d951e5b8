"""Stickers in a browser: scanned, reported, mounted; and charge points that are mounted."""
