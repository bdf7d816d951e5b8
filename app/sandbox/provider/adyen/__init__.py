"""Adyen's published HTTP: Checkout v72, webhooks with signed items, reports."""
