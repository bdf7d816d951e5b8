"""Payments that are due to be looked at."""

from app.funds.payments.due.store import Due, claim_due

__all__ = ["Due", "claim_due"]
