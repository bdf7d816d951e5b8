"""What other platforms told: their objects, kept as they were said, the newest word counts."""
