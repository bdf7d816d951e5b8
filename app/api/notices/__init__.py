"""Notices over the API: what a driver is told, and on which devices."""
