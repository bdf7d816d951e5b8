"""Sessions that are paid after them, with a means that the driver keeps: promised, then charged."""
