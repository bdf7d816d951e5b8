"""What makers of apps learn of an operator: how it looks, and what its drivers can do."""
