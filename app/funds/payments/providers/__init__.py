"""What providers can do beside the port: the capability table, stored means, settlements."""
