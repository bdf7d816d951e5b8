"""Local lists: the tokens that a charge point knows by itself, also when it is alone."""
