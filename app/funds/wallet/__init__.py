"""Prepaid credit of drivers: bought or given, kept in lots, reserved and spent on sessions."""
