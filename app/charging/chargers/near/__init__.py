"""Where else a driver can charge."""
