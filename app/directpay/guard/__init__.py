"""Keep stolen cards from being tried out here."""
