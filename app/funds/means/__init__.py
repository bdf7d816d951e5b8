"""Means of payment that drivers left with a provider on purpose, to pay sessions after them."""
