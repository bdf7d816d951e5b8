"""Mollie's published HTTP: payments, captures, refunds, methods and hints by webhook."""
