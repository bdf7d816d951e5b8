"""Tokens and accounts that pay later in the API: an operator's own, and a driver's cards."""
