"""The printed code: identifier, address, check tag, matrix, labels. Knows nothing of app."""
