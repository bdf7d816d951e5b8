"""Adyen behind the port of payments; wiring uses `provider.AdyenProvider` and `AdyenOptions`."""
