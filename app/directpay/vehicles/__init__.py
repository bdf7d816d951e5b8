"""Autocharge: a car whose driver agreed to it starts by itself when it is plugged in."""
