"""What the played platform has, and what it was told."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
COUNTRY, PARTY = "BE", "BEC"


@dataclass(slots=True)
class Partner:
    """
    The platform at the other end.

    *theirs* is the token by which it is called, *ours* the one by which it calls here; *endpoints*
    are its modules by identifier and role.
    """

    versions_url: str = ""
    version: str = ""
    theirs: str = ""
    ours: str = ""
    invitation: str = ""
    endpoints: dict[tuple[str, str], str] = field(default_factory=dict)
    roles: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Charging:
    """A session at one of the played charge points; *periods* are energy by start."""

    body: Json
    reference: str
    response_url: str
    periods: list[tuple[str, Decimal]] = field(default_factory=list)

    @property
    def kwh(self) -> Decimal:
        """Return the energy so far."""
        return sum((kwh for _, kwh in self.periods), Decimal(0))


@dataclass(slots=True)
class Manners:
    """How the platform behaves: each a fault that was seen."""

    command: str = "ACCEPTED"
    result: str = "ACCEPTED"
    is_silent: bool = False  # pushes nothing: no session, no CDR
    keeps_cdrs: bool = False  # makes CDRs and does not send them
    surcharge: Decimal = Decimal(0)  # asks for so much more than its tariff says
    refuses_base64: bool = False
    allowed: str = "ALLOWED"  # what it says when it is asked whether a token may charge
    whitelist: str = "ALLOWED"
    is_broken: bool = False  # answers every call with an error


@dataclass(slots=True)
class Book:
    """Everything that the platform knows."""

    version: str = "2.3.0"
    partner: Partner = field(default_factory=Partner)
    manners: Manners = field(default_factory=Manners)
    locations: dict[str, Json] = field(default_factory=dict)
    tariffs: dict[str, Json] = field(default_factory=dict)
    sessions: dict[str, Charging] = field(default_factory=dict)
    cdrs: dict[str, Json] = field(default_factory=dict)
    terminals: list[Json] = field(default_factory=list)
    confirmed: list[Json] = field(default_factory=list)
    # What the other end told, by module and address: what it put, and all that it posted.
    told: dict[str, Json] = field(default_factory=dict)
    posted: list[tuple[str, Json]] = field(default_factory=list)


def opening_book() -> Book:
    """Return a book with one location of two EVSEs, and an ad hoc tariff."""
    book = Book()
    book.tariffs["AH1"] = {
        "country_code": COUNTRY,
        "party_id": PARTY,
        "id": "AH1",
        "currency": "EUR",
        "type": "AD_HOC_PAYMENT",
        "elements": [
            {
                "price_components": [
                    {"type": "ENERGY", "price": Decimal("0.50"), "vat": 21, "step_size": 1}
                ]
            }
        ],
        "tax_included": "NO",
        "last_updated": "2026-01-01T00:00:00Z",
    }
    book.locations["LOC1"] = _location()
    return book


def _location() -> Json:
    return {
        "country_code": COUNTRY,
        "party_id": PARTY,
        "id": "LOC1",
        "publish": True,
        "name": "Gent Dok-Noord",
        "address": "Dok-Noord 7",
        "city": "Gent",
        "postal_code": "9000",
        "country": "BEL",
        "coordinates": {"latitude": "51.0624", "longitude": "3.7330"},
        "time_zone": "Europe/Brussels",
        "evses": [_evse("E1", "1"), _evse("E2", "2")],
        "last_updated": "2026-01-01T00:00:00Z",
    }


def _evse(uid: str, number: str) -> Json:
    return {
        "uid": uid,
        "evse_id": f"{COUNTRY}*{PARTY}*E{number}",
        "status": "AVAILABLE",
        "capabilities": ["REMOTE_START_STOP_CAPABLE"],
        "connectors": [
            {
                "id": "1",
                "standard": "IEC_62196_T2_COMBO",
                "format": "CABLE",
                "power_type": "DC",
                "max_voltage": 500,
                "max_amperage": 300,
                "tariff_ids": ["AH1"],
                "last_updated": "2026-01-01T00:00:00Z",
            }
        ],
        "physical_reference": number,
        "last_updated": "2026-01-01T00:00:00Z",
    }
