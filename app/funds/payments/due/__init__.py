"""Payments that are due to be looked at, and those of which nobody has said what stays."""

from app.funds.payments.due.store import Due, Undecided, claim_due, undecided

__all__ = ["Due", "Undecided", "claim_due", "undecided"]
