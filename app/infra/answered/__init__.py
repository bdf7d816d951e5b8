"""Answers that were given to an order, kept so that the same order is answered again alike."""
