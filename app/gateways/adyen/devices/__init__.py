"""Adyen's terminals over the cloud: nexo messages through the Cloud Device API."""
