"""Buying credit: a small journey of its own, to a provider's page and back."""
