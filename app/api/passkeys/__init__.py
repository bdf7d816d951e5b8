"""Passkeys of an app's driver, by the platform's own ceremony."""
