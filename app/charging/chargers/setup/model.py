"""What an operator configures about its charging points."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from zoneinfo import available_timezones

from app.charging.chargers.display.model import FEWEST_LETTERS, LONGEST, MOST_LETTERS, SHORTEST
from app.charging.chargers.model import Connector, Location
from app.kernel.money import Money

# OCPI 2.3.0, mod_locations, "ConnectorType Enum".
_STANDARDS = """
CHADEMO CHAOJI DOMESTIC_A DOMESTIC_B DOMESTIC_C DOMESTIC_D DOMESTIC_E DOMESTIC_F DOMESTIC_G
DOMESTIC_H DOMESTIC_I DOMESTIC_J DOMESTIC_K DOMESTIC_L DOMESTIC_M DOMESTIC_N DOMESTIC_O GBT_AC
GBT_DC IEC_60309_2_single_16 IEC_60309_2_three_16 IEC_60309_2_three_32 IEC_60309_2_three_64
IEC_62196_T1 IEC_62196_T1_COMBO IEC_62196_T2 IEC_62196_T2_COMBO IEC_62196_T3A IEC_62196_T3C
MCS NEMA_5_20 NEMA_6_30 NEMA_6_50 NEMA_10_30 NEMA_10_50 NEMA_14_30 NEMA_14_50
PANTOGRAPH_BOTTOM_UP PANTOGRAPH_TOP_DOWN SAE_J3400 TESLA_R TESLA_S
"""
STANDARDS = frozenset(_STANDARDS.split())
# OCPI 2.3.0, mod_locations, "PowerType Enum".
POWER_TYPES = ("AC_1_PHASE", "AC_2_PHASE", "AC_2_PHASE_SPLIT", "AC_3_PHASE", "DC")
FORMATS = ("SOCKET", "CABLE")
CURRENTS = ("AC", "DC")

# Capital letters and digits that cannot be mistaken for each other; 31 to the power of 6 codes.
_CODE = re.compile(r"[23456789A-HJKMNP-Z]{6,12}")
# OCPP 2.1 part 4, section 3.1.1: at most 48 characters, no colon; what a path can carry.
_IDENTITY = re.compile(r"[A-Za-z0-9*_=+|@.-]{1,48}")
# OCPI CiString(36) and CiString(48).
_OCPI_ID = re.compile(r"[A-Za-z0-9*._-]{1,36}")
_EVSE_ID = re.compile(r"[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9][A-Z0-9*]{0,39}")
_SHORTEST_PASSWORD = 16
_LONGEST_PASSWORD = 40
_MOST_KW = Decimal(5000)


class HoldScope(StrEnum):
    """Whose hold amount it is; the nearest one counts."""

    EVSE = "evse"
    LOCATION = "location"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class HoldKey:
    """What a hold amount is for: *target* is an EVSE uid, a location id or empty; AC or DC."""

    scope: HoldScope
    target: str
    current: str


@dataclass(frozen=True, slots=True)
class DisplayDraft:
    """A code on the display of an EVSE as it is configured; its secret is ours to make."""

    validity_seconds: int = 30
    length: int = 8
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class EvseDraft:
    """An EVSE as it is configured; its status is not the operator's to say."""

    evse_uid: str
    evse_id: str
    code: str
    location_id: str
    identity: str
    evse_no: int
    ocpp16_connector_id: int
    connectors: tuple[Connector, ...]
    physical_reference: str
    display: DisplayDraft | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a field; *path* is the field's name in the operator file."""

    path: str
    reason: str


def location_complaints(location: Location) -> Iterator[Complaint]:
    """Yield what is wrong with *location*."""
    if not _OCPI_ID.fullmatch(location.location_id):
        yield Complaint("id", "expected 1 to 36 letters, digits, '*', '.', '_' or '-'")
    for name in ("name", "address", "postal_code", "city"):
        if not getattr(location, name).strip():
            yield Complaint(name, "may not be empty")
    if not re.fullmatch(r"[A-Z]{2}", location.country):
        yield Complaint("country", "expected two capital letters (ISO 3166-1), such as NL")
    if abs(location.latitude) > 90:  # noqa: PLR2004 - degrees
        yield Complaint("latitude", "expected degrees between -90 and 90")
    if abs(location.longitude) > 180:  # noqa: PLR2004 - degrees
        yield Complaint("longitude", "expected degrees between -180 and 180")
    if location.time_zone not in available_timezones():
        yield Complaint("time_zone", f"{location.time_zone!r} is not an IANA time zone")


def evse_complaints(evse: EvseDraft) -> Iterator[Complaint]:
    """Yield what is wrong with *evse* and its connectors."""
    yield from _name_complaints(evse)
    for name in ("evse_no", "ocpp16_connector_id"):
        if getattr(evse, name) < 1:
            yield Complaint(name, "expected 1 or more")
    if evse.display is not None:
        yield from _display_complaints(evse.display)
    if not evse.connectors:
        yield Complaint("connectors", "expected at least one connector")
    for index, connector in enumerate(evse.connectors):
        for complaint in _connector_complaints(connector):
            yield Complaint(f"connectors[{index}].{complaint.path}", complaint.reason)


def _display_complaints(display: DisplayDraft) -> Iterator[Complaint]:
    if not SHORTEST <= display.validity_seconds <= LONGEST:
        reason = f"expected {SHORTEST} to {LONGEST} seconds"
        yield Complaint("display_code.validity_seconds", reason)
    if not FEWEST_LETTERS <= display.length <= MOST_LETTERS:
        reason = f"expected {FEWEST_LETTERS} to {MOST_LETTERS} letters"
        yield Complaint("display_code.length", reason)


def _name_complaints(evse: EvseDraft) -> Iterator[Complaint]:
    if not _OCPI_ID.fullmatch(evse.evse_uid):
        yield Complaint("uid", "expected 1 to 36 letters, digits, '*', '.', '_' or '-'")
    if not _EVSE_ID.fullmatch(evse.evse_id.upper()):
        yield Complaint("evse_id", f"{evse.evse_id!r} is not an EVSE id such as NL*DPY*E1001")
    if not _CODE.fullmatch(evse.code):
        yield Complaint("code", "expected 6 to 12 of A-Z and 2-9, without I, L and O")


def _connector_complaints(connector: Connector) -> Iterator[Complaint]:
    if connector.standard not in STANDARDS:
        yield Complaint("standard", f"{connector.standard!r} is not an OCPI connector type")
    if connector.format not in FORMATS:
        yield Complaint("format", f"expected SOCKET or CABLE, got {connector.format!r}")
    if connector.power_type not in POWER_TYPES:
        yield Complaint("power_type", f"expected one of {', '.join(POWER_TYPES)}")
    if not 0 < connector.max_power_kw <= _MOST_KW:
        yield Complaint("max_power_kw", f"expected more than 0 and at most {_MOST_KW}")


def station_complaints(identity: str, password: str) -> Iterator[Complaint]:
    """Yield what is wrong with a charge point's *identity* and *password*."""
    if not _IDENTITY.fullmatch(identity):
        yield Complaint("identity", "expected 1 to 48 letters, digits or * _ = + | @ . -")
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        yield Complaint("password", "expected 16 to 40 characters (OCPP security profile 1)")


def hold_complaints(hold: Money) -> Iterator[Complaint]:
    """Yield what is wrong with a hold amount."""
    if hold.minor <= 0:
        yield Complaint("amount", "expected an amount above zero")
