"""Notices on the pages: what a driver wants to be told, and on which devices."""
