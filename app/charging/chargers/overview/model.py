"""A charge point as its operator sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.charging.chargers.model import EvseStatus
from app.charging.chargers.reports import ConnectorState


@dataclass(frozen=True, slots=True)
class EvseState:
    """An EVSE of a charge point: its numbers, its status, and what each connector last reported."""

    evse_uid: str
    evse_id: str
    location_id: str
    evse_no: int
    ocpp16_connector_id: int
    status: EvseStatus
    status_since: datetime | None
    connectors: Mapping[str, ConnectorState]


@dataclass(frozen=True, slots=True)
class ChargePointState:
    """
    A charge point now; *connected_since* is None when it can't be reached.

    *vendor* to *booted_at* are from its last boot, *protocol* from its last connection.
    *security_profile* and *certificate* are what it must show; *password_changes* tells that it was
    given a password with which it has not come back yet.
    """

    identity: str
    protocol: str | None
    connected: bool
    connected_since: datetime | None
    last_seen_at: datetime | None
    status: EvseStatus
    vendor: str | None
    model: str | None
    serial_number: str | None
    firmware: str | None
    booted_at: datetime | None
    security_profile: int | None
    certificate: str | None
    password_changes: bool
    evses: tuple[EvseState, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which charge points are wanted; None does not matter. *after* is an identity."""

    connected: bool | None = None
    location_id: str | None = None
    protocol: str | None = None
    status: EvseStatus | None = None
    after: str = ""
    most: int = 100
