"""Drivers' prepaid credit in the API: give it, look at it, freeze it, give it back, count it."""
