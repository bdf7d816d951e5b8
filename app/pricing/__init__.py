"""What charging costs, and why."""
