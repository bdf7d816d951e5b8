"""Meter values: how they are kept, and what of them can be trusted."""
