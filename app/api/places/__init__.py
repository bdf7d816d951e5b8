"""Locations, the clusters of a map, and quotes over the API."""
