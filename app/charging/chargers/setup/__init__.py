"""How locations, charge points, EVSEs and hold amounts are configured."""
