"""Transfers from the bank: what operators have earned, and what customers could not be refunded."""
