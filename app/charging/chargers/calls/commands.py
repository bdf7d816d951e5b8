"""What an operator asks of a charge point, before it is in the words of a version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """An EVSE: its number (2.x) and its flat connector (1.6)."""

    evse_no: int
    ocpp16_connector_id: int


@dataclass(frozen=True, slots=True)
class Reset:
    """Restart: *at_once*, or when the transactions are over."""

    at_once: bool


@dataclass(frozen=True, slots=True)
class Unlock:
    """Release the cable of an EVSE."""

    place: Place


@dataclass(frozen=True, slots=True)
class Reserve:
    """Keep an EVSE for an idTag until then, under a *number*: the same number replaces."""

    place: Place
    number: int
    id_tag: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CancelReservation:
    """Give the reservation with this *number* up."""

    number: int


@dataclass(frozen=True, slots=True)
class ChangeAvailability:
    """Take an EVSE, or the whole charge point (None), into or out of use."""

    place: Place | None
    in_use: bool


@dataclass(frozen=True, slots=True)
class Trigger:
    """Ask for a *message*, of an EVSE or of the whole charge point (None)."""

    message: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class UpdateFirmware:
    """Fetch and install the firmware at the address *location*, not before *at*."""

    location: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SendDiagnostics:
    """Upload the diagnostics of a time to the address *location*."""

    location: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """Tell settings by their *keys*: of 1.6, or `Component.Variable` of 2.x. None: all (1.6)."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WriteSettings:
    """Change settings by their keys."""

    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """Report every variable of the device model, in messages of its own (2.x)."""


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Connect with another password from now on."""

    password: str = field(repr=False)


Command = (
    Reset
    | Unlock
    | Reserve
    | CancelReservation
    | ChangeAvailability
    | Trigger
    | UpdateFirmware
    | SendDiagnostics
    | ReadSettings
    | WriteSettings
    | ReportSettings
    | SetPassword
)
