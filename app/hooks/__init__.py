"""Where others call us: webhooks."""
