"""Credit notes: documents that take back a part of a receipt."""
