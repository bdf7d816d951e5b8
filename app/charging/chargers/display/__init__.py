"""Codes on the displays of charge points: a QR code that is another one every half minute."""
