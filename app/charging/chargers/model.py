"""Locations, EVSEs, connectors and charge points, in the words of OCPI and OCPP."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.charging.chargers.display.model import DisplayCode
from app.kernel.money import Money


class EvseStatus(StrEnum):
    """The status as the charge point reported it (OCPP 1.6 and 2.x words); UNKNOWN before that."""

    AVAILABLE = "Available"
    PREPARING = "Preparing"
    CHARGING = "Charging"
    SUSPENDED_EV = "SuspendedEV"
    SUSPENDED_EVSE = "SuspendedEVSE"
    FINISHING = "Finishing"
    RESERVED = "Reserved"
    UNAVAILABLE = "Unavailable"
    FAULTED = "Faulted"
    OCCUPIED = "Occupied"
    UNKNOWN = "Unknown"


# An EVSE serves one car: the first of these that one of its connectors has is the EVSE's status.
_PRECEDENCE = (
    EvseStatus.CHARGING,
    EvseStatus.SUSPENDED_EV,
    EvseStatus.SUSPENDED_EVSE,
    EvseStatus.FINISHING,
    EvseStatus.OCCUPIED,
    EvseStatus.PREPARING,
    EvseStatus.RESERVED,
    EvseStatus.AVAILABLE,
    EvseStatus.UNKNOWN,
    EvseStatus.FAULTED,
    EvseStatus.UNAVAILABLE,
)

# What begins the names of charge points, EVSEs, locations and rules of other platforms. The colon
# cannot occur in the identity of a charge point of our own (OCPP 2.1 part 4, section 3.1.1).
ELSEWHERE = "ocpi"

# A station that says so of itself cannot be used, whatever its connectors say.
OUT_OF_USE = (EvseStatus.UNAVAILABLE, EvseStatus.FAULTED)
_COULD_BE_USED = (EvseStatus.AVAILABLE, EvseStatus.PREPARING, EvseStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Location:
    """A place with charging points; *location_id* is its OCPI id, *time_zone* an IANA name."""

    location_id: str
    name: str
    address: str
    postal_code: str
    city: str
    country: str
    latitude: Decimal
    longitude: Decimal
    time_zone: str


@dataclass(frozen=True, slots=True)
class Connector:
    """A plug or socket: OCPI ConnectorType, `SOCKET` or `CABLE`, OCPI PowerType, kilowatts."""

    connector_id: str
    standard: str
    format: str
    power_type: str
    max_power_kw: Decimal


@dataclass(frozen=True, slots=True)
class Evse:
    """
    A charging point that serves one car at a time.

    *evse_id* is as printed on it, *code* is in its QR code. *evse_no* and *ocpp16_connector_id*
    address it on the charge point *identity* (2.x and 1.6). *hold* is the amount to secure before a
    start: its own, else its location's, else its operator's. *status* is the last word of the
    charge point, *connected* tells whether it can be reached now. *display* is what its display
    shows, None where it has none.
    """

    operator_id: UUID
    evse_uid: str
    evse_id: str
    code: str
    location: Location
    identity: str
    evse_no: int
    ocpp16_connector_id: int
    connectors: tuple[Connector, ...]
    physical_reference: str
    hold: Money
    status: EvseStatus
    connected: bool
    status_since: datetime | None
    display: DisplayCode | None = None

    @property
    def max_power_kw(self) -> Decimal:
        """Return the power of its strongest connector in kW."""
        return max(connector.max_power_kw for connector in self.connectors)

    @property
    def current(self) -> str:
        """Return `DC` when one of its connectors charges with direct current, else `AC`."""
        return current_of(self.connectors)


def is_elsewhere(identity: str) -> bool:
    """Tell whether the charge point *identity* is another platform's, and commanded through it."""
    return identity.startswith(f"{ELSEWHERE}:")


def current_of(connectors: Iterable[Connector]) -> str:
    """Return `DC` when one of *connectors* charges with direct current, else `AC`."""
    return "DC" if any(each.power_type == "DC" for each in connectors) else "AC"


def status_of(connectors: Iterable[EvseStatus]) -> EvseStatus:
    """Return the status of the EVSE whose connectors have these; UNKNOWN when there is none."""
    reported = set(connectors)
    for status in _PRECEDENCE:
        if status in reported:
            return status
    return EvseStatus.UNKNOWN


def effective_status(evse: EvseStatus, station: EvseStatus) -> EvseStatus:
    """Return the status of an EVSE on a station that reported *station* for itself as a whole."""
    return station if station in OUT_OF_USE and evse in _COULD_BE_USED else evse
