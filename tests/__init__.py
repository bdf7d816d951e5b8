"""The tests; each folder says what it covers by its name."""
