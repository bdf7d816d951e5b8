"""Journeys that begin with a payment that is secured already: at a terminal, not on our page."""
