"""Promotions on the journey: what a driver is shown, may try, and was promised."""
