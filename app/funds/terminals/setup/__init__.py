"""What terminals an operator has, and which EVSEs they serve."""
