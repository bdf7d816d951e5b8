"""Campaigns and their codes: save, make, take over, list, block."""
