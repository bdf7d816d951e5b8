"""What is kept of a vehicle's id: a digest that is of no use anywhere else. Pure."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.charging.tokens.model import VEHICLE

# The words that a driver agrees to, by the day on which they were written.
WORDS: Final = "2026-11-23"
MOST_VEHICLES: Final = 5
# Who pays after the car was plugged in does so within minutes.
LINKED_WITHIN: Final = timedelta(minutes=15)
# How long an id that nobody has agreed to is kept, as a digest.
FORGOTTEN_AFTER: Final = timedelta(minutes=30)
# A driver finds the offer on the day of the session.
OFFERED_FOR: Final = timedelta(days=1)
_PURPOSE: Final = b"vehicle\0"
_DIGITS: Final = 28  # 112 bits, and VEHICLE: before them, are a uid of 36 characters
# Autocharge of 1.6: VID: and the address of the car's network interface, 12 hexadecimal digits.
_OF_16: Final = re.compile(r"VID:([0-9A-F]{12,16})")
# OCPP 2.x, IdTokenType: what a car tells of itself.
_TYPES: Final = frozenset({"MacAddress", "EVCCID", "VIN"})
_BETWEEN: Final = re.compile(r"[\s:-]+")


@dataclass(frozen=True, slots=True)
class VehicleKeys:
    """Makes the digests by the installation's keys; those after the first still find."""

    keys: tuple[bytes, ...]

    def uids(self, operator_id: UUID, vehicle: str) -> tuple[str, ...]:
        """Return as which tokens a vehicle may be kept, the newest key's first."""
        text = _PURPOSE + operator_id.bytes + vehicle.encode()
        return tuple(
            VEHICLE + hmac.digest(key, text, "sha256").hex()[:_DIGITS].upper() for key in self.keys
        )


@dataclass(frozen=True, slots=True)
class Sighting:
    """A vehicle that nobody has agreed to, at an EVSE; *session_id*: what began there since."""

    evse_uid: str
    uid: str
    seen_at: datetime
    session_id: UUID | None = None


def vehicle_in(id_tag: str, kind: str | None) -> str | None:
    """Return the id of a vehicle that *id_tag* of a *kind* (2.x; None: 1.6) tells, or None."""
    capital = id_tag.strip().upper()
    if kind is None or kind == "Central":
        found = _OF_16.fullmatch(capital)
        return None if found is None else found[1]
    bare = _BETWEEN.sub("", capital)
    return bare if kind in _TYPES and bare else None
