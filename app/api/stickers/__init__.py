"""Stickers in the operator API: printed, listed, revoked; what is said of them, who mounts them."""
