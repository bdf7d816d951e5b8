"""Codes on the scan page: the field, the link, and what they give this driver."""
