"""One mail, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class DeliveryState(StrEnum):
    """How far a mail has come: REFUSED by the receiving server for good, GAVE_UP after days."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    GAVE_UP = "gave_up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail of a receipt to one address."""

    delivery_id: UUID
    receipt_id: UUID
    session_id: UUID
    address: str
    state: DeliveryState
    attempts: int
    asked_at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Mails:
    """The mails of a session's documents: how many, and the addresses that none of them reached."""

    number: int
    unreached: frozenset[str] = frozenset()
