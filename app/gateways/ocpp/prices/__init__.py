"""Prices and limits on the charge point: what each version of OCPP can be told of them."""
