"""Calls of the protocol that an operator makes by hand or by program, each of them on record."""
