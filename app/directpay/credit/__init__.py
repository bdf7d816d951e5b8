"""Paying a session with a driver's prepaid credit."""
