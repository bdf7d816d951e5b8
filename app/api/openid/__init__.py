"""Signing in from an app with an account elsewhere (RFC 8252)."""
