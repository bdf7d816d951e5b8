"""Other platforms."""
