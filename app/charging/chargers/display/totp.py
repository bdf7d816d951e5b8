"""
The time-based part of a code on a display, version `v1`.

Source: OCPP 2.1, part 2, C25 and the component `WebPaymentsCtrlr`.
"""

import hmac
from datetime import UTC, datetime, timedelta
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Final

TOTP_VERSION: Final = "v1"
_ALPHABET: Final = digits + ascii_lowercase + ascii_uppercase
_SLOT_BYTES: Final = 8
_OFFSET_BITS: Final = 15
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def slot_at(at: datetime, validity: timedelta) -> int:
    """Return the number of the time slot that *at* is in, counted from 1970."""
    return (at - _EPOCH) // validity


def totp(secret: str, slot: int, length: int) -> str:
    """Return what the display shows in a *slot*: *length* letters and digits."""
    mac = hmac.digest(secret.encode(), slot.to_bytes(_SLOT_BYTES, "big"), "sha256")
    offset = mac[-1] & _OFFSET_BITS
    return "".join(
        _ALPHABET[mac[(offset + place) % len(mac)] % len(_ALPHABET)] for place in range(length)
    )
