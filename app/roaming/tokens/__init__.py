"""Tokens: other platforms' drivers who present one here, and ours who present one elsewhere."""
