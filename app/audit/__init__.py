"""The audit: twenty statements about the money that must be true, asked of the real rows."""
