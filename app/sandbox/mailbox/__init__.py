"""A mail server that keeps what it gets and shows it in the browser."""
