"""An account that pays later, and what a session puts on it: pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.funds.ledger.chart import Book
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Account:
    """
    Somebody whom the operator lets pay later: a fleet, or one driver.

    A session may cost up to *per_session*; *most_open* is what may be owed in all, sessions under
    way included (None: any amount). *group* is the group of tariffs, such as `fleet:ACME`, of
    whoever pays with it. *ended_at* is since when nothing more goes on it.
    """

    account_id: UUID
    operator_id: UUID
    name: str
    per_session: Money
    book: Book
    opened_at: datetime
    most_open: Money | None = None
    group: str | None = None
    ended_at: datetime | None = None

    def available(self, opened: Money, at: datetime) -> Money:
        """Return what one more session may cost at that instant when so much is *opened*."""
        nothing = Money.zero(self.per_session.currency)
        if self.ended_at is not None and self.ended_at <= at:
            return nothing
        if self.most_open is None:
            return self.per_session
        return max(nothing, min(self.per_session, self.most_open - opened))


class ChargeState(StrEnum):
    """Where a charge is: a session may still come to it, it is owed, or it came to nothing."""

    OPEN = "open"
    BOOKED = "booked"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Charge:
    """
    What a session puts on an account, for the payment that stands for it.

    At most *amount*; *booked* is what is owed by it in the end, less what was given back.
    """

    payment_id: UUID
    account_id: UUID
    session_id: UUID
    amount: Money
    booked: Money
    made_at: datetime
    state: ChargeState = ChargeState.OPEN
