"""What happened at the charge points."""

from dataclasses import dataclass

from app.charging.chargers.model import EvseStatus
from app.kernel.events import Event


@dataclass(frozen=True, slots=True)
class EvseStatusChange:
    """An EVSE has another status than before."""

    evse_uid: str
    status: EvseStatus
    previous: EvseStatus


@dataclass(frozen=True, slots=True)
class EvseStatusesChanged(Event):
    """EVSEs have another status than before, in the order in which their charge points said so."""

    changes: tuple[EvseStatusChange, ...]


@dataclass(frozen=True, slots=True)
class ChargePointsConnected(Event):
    """Charge points opened their connections, in one transaction."""

    identities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChargePointsDisconnected(Event):
    """The last connections of charge points are gone."""

    identities: tuple[str, ...]
