"""Signing in with an account elsewhere: there, and back."""
