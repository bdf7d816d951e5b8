"""Meters whose readings are signed: their records, their keys, and whether one proves the other."""
