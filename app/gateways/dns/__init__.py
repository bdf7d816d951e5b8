"""The domain name system, as far as it says whose a host is."""
