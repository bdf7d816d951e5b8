"""Receipts and invoices of a session: numbered without a gap, never changed, printed and mailed."""
