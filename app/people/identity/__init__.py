"""Who runs the charge points: the operators with their brand, legal details and languages."""
