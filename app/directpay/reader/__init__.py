"""Starts at the reader: a token is shown to the charge point, and nobody looks at a page."""
