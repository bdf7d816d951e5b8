"""Passkeys: a driver signs in with what unlocks the device, and nothing has to be typed."""
