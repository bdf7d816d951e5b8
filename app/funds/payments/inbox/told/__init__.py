"""Signed notices: kept as they were told, and read again whenever a payment is looked at."""

from app.funds.payments.inbox.told.store import unmatched_notices

__all__ = ["unmatched_notices"]
