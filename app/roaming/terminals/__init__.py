"""OCPI's Payments module: terminals of a payment terminal provider, and what they collected."""
