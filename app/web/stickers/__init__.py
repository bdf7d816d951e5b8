"""Stickers in a browser: scanned, reported, mounted."""
