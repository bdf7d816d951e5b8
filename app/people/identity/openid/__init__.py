"""Signing in with an account elsewhere: at a provider of the operator's choice."""
