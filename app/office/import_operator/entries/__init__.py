"""Parts of the operator file."""
