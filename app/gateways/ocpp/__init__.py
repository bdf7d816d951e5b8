"""Charge points over OCPP 1.6J, 2.0.1 and 2.1: the socket, the words, and the way to our verbs."""
