"""What happened at the charge points."""

from dataclasses import dataclass

from app.charging.chargers.model import EvseStatus
from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class EvseStatusChanged(Event):
    """An EVSE has another status than before."""

    evse_uid: str
    status: EvseStatus
    previous: EvseStatus


@dataclass(frozen=True, slots=True)
class ChargePointConnected(Event):
    """A charge point opened its connection."""

    identity: str


@dataclass(frozen=True, slots=True)
class ChargePointDisconnected(Event):
    """A charge point's last connection is gone."""

    identity: str


@dataclass(frozen=True, slots=True)
class ChargePointBooted(Event):
    """A charge point started anew: a question about its transactions, not their end."""

    identity: str
