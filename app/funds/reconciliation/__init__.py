"""A provider's settlements against our own book: matched line by line, the rest in suspense."""
