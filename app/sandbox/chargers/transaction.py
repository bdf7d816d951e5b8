"""A transaction as the charge point keeps it."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.sandbox.terminal import Card


@dataclass(frozen=True, slots=True)
class Permission:
    """A remote start that waits for its cable."""

    id_tag: str
    remote_start_id: int | None
    until: datetime


@dataclass(slots=True)
class Transaction:
    """
    One use of an EVSE.

    *station_id* is the charge point's own id (2.x), *number* the server's (1.6; -1 until it is
    told). *sequence* numbers its events (2.x). *begin* is the reading that it began with, *card*
    what pays for it at the charge point's own terminal (2.1).
    """

    evse_no: int
    station_id: str
    id_tag: str | None
    remote_start_id: int | None
    started_at: datetime
    meter_start_wh: Decimal
    number: int = -1
    sequence: Iterator[int] = field(default_factory=itertools.count)
    stopped: bool = False
    begin: "Reading | None" = None
    card: Card | None = None

    def next_number(self) -> int:
        """Return the number of its next event."""
        return next(self.sequence)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meter of an EVSE shows: Wh, W and percent; *signed* is its word for it, if any."""

    at: datetime
    energy_wh: Decimal
    power_w: Decimal
    soc: Decimal | None
    context: str = "Sample.Periodic"
    signed: Mapping[str, str] | None = None
