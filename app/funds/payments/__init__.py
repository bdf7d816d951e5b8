"""Authorise, capture, release, refund: one payment's way through a provider, with unknowns repaired."""
