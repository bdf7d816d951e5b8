"""The journey: scan, pay, start, follow, stop, settle."""
