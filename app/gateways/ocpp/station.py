"""What this process remembers of a charge point while it talks to it."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Generic, TypeVar
from uuid import UUID

from app.charging.chargers.stations.model import ChargePoint
from app.gateways.ocpp.link.pace import Pace
from app.gateways.ocpp.link.versions import Version

# Transactions per charge point of which something has to be remembered at the same time.
_REMEMBERED = 64
# A report of all variables comes in hundreds of parts.
_NOTIFICATIONS_AT_ONCE = 2_000


T = TypeVar("T")


class Remembered(OrderedDict[str, T], Generic[T]):
    """A small memory that forgets the oldest."""

    def keep(self, key: str, value: T) -> None:
        """Remember *value*, and forget the oldest when there are too many."""
        self[key] = value
        while len(self) > _REMEMBERED:
            self.popitem(last=False)


@dataclass(slots=True)
class Station:
    """
    A charge point in this process; it outlives its sockets.

    *remote_tags* are the idTags of remote starts under way with the instant until which they count;
    *remote_starts* and *openings* are, by transaction, the remoteStartId from the answer to a
    start and the register at a start that came before its payment (2.x).
    *limits* are the most that transactions may cost, *back_stops* when their profiles end;
    *places* is where transactions began that a card may be tapped for, *authorised* the limit that
    their terminal reported last.
    *unable* names what it can't be shown.
    *notifications* is how many of them are kept.
    *asks_again* tells whether it authorises a remote start once more; None is not known.
    """

    charge_point: ChargePoint
    version: Version
    remote_tags: Remembered[datetime] = field(default_factory=Remembered)
    remote_starts: Remembered[int] = field(default_factory=Remembered)
    openings: Remembered[Decimal] = field(default_factory=Remembered)
    limits: Remembered[Decimal] = field(default_factory=Remembered)
    back_stops: Remembered[datetime] = field(default_factory=Remembered)
    places: Remembered[int] = field(default_factory=Remembered)
    authorised: Remembered[Decimal] = field(default_factory=Remembered)
    unable: set[str] = field(default_factory=set)
    complaints: set[str] = field(default_factory=set)
    asks_again: bool | None = None
    paired_at: datetime | None = None
    status_seen: bool = False
    notifications: Pace = field(default_factory=partial(Pace, 1, _NOTIFICATIONS_AT_ONCE))
    booted: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def operator_id(self) -> UUID:
        """Return the operator whose charge point it is."""
        return self.charge_point.operator_id

    @property
    def identity(self) -> str:
        """Return its OCPP identity."""
        return self.charge_point.identity

    @property
    def name(self) -> str:
        """Return the name for the log."""
        return f"charge point {self.identity}"

    @property
    def sample_seconds(self) -> int:
        """Return the sample interval that the cost of a session needs: DC 10 s, AC 30 s."""
        return 10 if self.direct_current else 30

    @property
    def direct_current(self) -> bool:
        """Tell whether one of its EVSEs charges with direct current."""
        return any(evse.power_type == "DC" for evse in self.charge_point.evses)

    def may_be_noted(self) -> bool:
        """Tell whether another notification of it is kept; one that never ends fills no disk."""
        return self.notifications.goes()

    def meet(self) -> None:
        """Forget what belongs to the last socket: a new one begins."""
        self.booted = asyncio.Event()
        self.status_seen = False

    def connector_of(self, evse_no: int) -> int:
        """Return the flat connector number of 1.6 for an EVSE; its own number if unknown."""
        numbers = {evse.evse_no: evse.ocpp16_connector_id for evse in self.charge_point.evses}
        return numbers.get(evse_no, evse_no)

    def is_starting(self, id_tag: str, *, now: datetime) -> bool:
        """
        Tell whether *id_tag* belongs to a remote start that this charge point authorises again.

        A charge point known not to ask again has no reason to: then the tag came from its reader.
        """
        until = self.remote_tags.get(id_tag)
        return until is not None and now <= until and self.asks_again is not False
