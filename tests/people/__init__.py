"""People: operators, drivers, keys."""
