"""A promise: a session that nothing is reserved for, and the means that is charged after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from app.kernel.money import Money

# When a refused means is charged once more, counted from the refusal before; then never by itself.
CHARGE_AGAIN: Final = (timedelta(days=1), timedelta(days=3))


class PromiseState(StrEnum):
    """
    Where a promise is.

    MADE while the session runs, CHARGED when the means is being charged, PAID; OWED when it was
    refused. VOID is one that nothing was charged for, FORGIVEN a debt that was written off.
    """

    MADE = "made"
    CHARGED = "charged"
    PAID = "paid"
    OWED = "owed"
    VOID = "void"
    FORGIVEN = "forgiven"


# A driver has one of these at a time: nothing is lent to who has not paid.
OPEN: Final = (PromiseState.MADE, PromiseState.CHARGED, PromiseState.OWED)


@dataclass(frozen=True, slots=True)
class ChargeAfter:
    """An operator's rule: *most* is the highest price that a session may come to."""

    most: Money


@dataclass(frozen=True, slots=True)
class Promise:
    """
    What a driver promised for a journey: its price is charged to the means with this *token*.

    *customer* and *token* are the provider's words; *limit* is the most that the session may cost,
    *page* the address that its payments lead back to.
    *price* is what it came to. *tries* counts the charges, *again_at* is when the next is due.
    """

    journey_id: UUID
    driver_id: UUID
    means_id: UUID
    account_id: UUID
    customer: str
    token: str
    method: str
    limit: Money
    page: str
    state: PromiseState = PromiseState.MADE
    price: Money | None = None
    tries: int = 0
    again_at: datetime | None = None

    @property
    def next_charge_id(self) -> UUID:
        """Return the id of the next payment that charges the means: no try comes twice."""
        return uuid5(self.journey_id, f"charge:{self.tries}")

    def wait_from(self, now: datetime) -> datetime | None:
        """Return when to charge again after a refusal *now*, or None: not by itself any more."""
        waits = CHARGE_AGAIN[self.tries - 1 : self.tries]
        return now + waits[0] if waits else None
