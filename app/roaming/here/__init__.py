"""Other platforms' drivers at our charge points: what is published, started, told and billed."""
