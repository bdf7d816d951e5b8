"""Which meters an operator has: their serial numbers and public keys."""
