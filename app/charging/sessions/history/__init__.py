"""What charge points reported of their transactions, for whoever looks into a case."""
