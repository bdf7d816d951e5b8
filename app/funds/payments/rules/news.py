"""What can happen to a payment: what we do, what its provider says, what is decided, and time."""

from dataclasses import dataclass
from uuid import UUID

from app.funds.payments.ports import Outcome, Snapshot
from app.funds.payments.sharing.model import Sharing
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Sending:
    """An operation is about to be sent to the provider."""

    operation_id: UUID


@dataclass(frozen=True, slots=True)
class Answered:
    """The provider answered an operation, or did not."""

    operation_id: UUID
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Observed:
    """The payment was read at the provider."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class KeepDecided:
    """It is known how much of the money stays; the rest goes back. *sharing*: who gets of it."""

    keep: Money
    sharing: Sharing | None = None


@dataclass(frozen=True, slots=True)
class HoldWished:
    """The hold is to become *amount*; what is not above it changes nothing."""

    amount: Money


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Nothing came; what is too old is given up or reported."""


News = Sending | Answered | Observed | KeepDecided | HoldWished | TimePassed
