"""Mollie behind the port of payments; wiring uses `provider.MollieProvider` and `MollieOptions`."""
