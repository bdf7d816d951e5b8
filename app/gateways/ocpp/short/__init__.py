"""The short way of meter values in their usual form; whatever is odd goes the long one."""
