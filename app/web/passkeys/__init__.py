"""Passkeys on the pages: signing in with one, and the list of a driver's own."""
