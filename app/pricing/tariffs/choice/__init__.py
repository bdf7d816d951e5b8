"""Which tariff holds for whom and where: rules, what is asked of them, and the one that chose."""
