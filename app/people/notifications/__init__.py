"""Notices: what a driver is told beside the page, on which devices, and what not."""
