"""Charging sessions: prepared for a payment, started, measured and stopped by the charge point."""
