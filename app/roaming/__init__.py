"""Roaming over OCPI: other platforms' charge points for our drivers, ours for theirs."""
