"""Credit that buys itself again when little is left: only for drivers who agreed to it."""
