"""Paying more for a session, or in another way."""
