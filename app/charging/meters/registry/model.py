"""A meter that somebody answers for."""

from dataclasses import dataclass

from app.charging.meters.errors import KeyUnreadable, MeterInvalid
from app.charging.meters.keys import read_key

# As OCMF writes it in MS or GS; what is longer was mistyped.
_LONGEST_SERIAL = 64


@dataclass(frozen=True, slots=True)
class Meter:
    """
    A meter: *serial* as its records say it, its *public_key* as DER in hexadecimal.

    *evse_uid* is where it is built in.
    """

    serial: str
    public_key: str
    evse_uid: str


def meter_of(serial: str, public_key: str, evse_uid: str) -> Meter:
    """Return the meter with its key in one form. Raises MeterInvalid, which names the field."""
    serial = serial.strip()
    if not 0 < len(serial) <= _LONGEST_SERIAL or not serial.isprintable():
        detail = f"expected 1 to {_LONGEST_SERIAL} characters, as the meter's records say them"
        raise MeterInvalid(detail, field="serial")
    try:
        return Meter(serial, read_key(public_key).der.hex(), evse_uid)
    except KeyUnreadable as wrong:
        raise MeterInvalid(wrong.detail, field="public_key") from wrong
