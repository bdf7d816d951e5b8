"""Signed notices: kept as they were told, and read again whenever a payment is looked at."""
