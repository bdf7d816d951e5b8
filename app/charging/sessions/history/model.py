"""A transaction with what its charge point said about it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TransactionRecord:
    """
    A transaction as it was reported.

    *at* and *stop_at* are the charge point's times, *received_at* and *stop_received_at* ours.
    *place* is `EVSE/connector` as reported, *verdict* what the start turned out to be.
    """

    identity: str
    transaction_id: str
    verdict: str
    place: str
    id_tag: str | None
    session_id: UUID | None
    at: datetime | None
    received_at: datetime
    meter_start_wh: Decimal | None
    stop_at: datetime | None
    stop_received_at: datetime | None
    meter_stop_wh: Decimal | None
    stop_reason: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """
    One thing that was said: a `start`, a `sample` or a `stop`, with both times.

    *energy_wh* is the register, *signed* a signed value exactly as it came.
    """

    kind: str
    at: datetime | None
    received_at: datetime
    energy_wh: Decimal | None
    power_w: Decimal | None = None
    soc: Decimal | None = None
    context: str | None = None
    signed: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """
    Which transactions are wanted: *running* or not (None: all), *after* the last of a page.

    That one is known by when its start came, and by its id.
    """

    after: tuple[datetime, str] | None
    running: bool | None
    most: int
