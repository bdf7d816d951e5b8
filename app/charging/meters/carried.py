"""
Signed records as charge points send them: wrapped in JSON, in base64, or bare.

OCPP 1.6 knows only an opaque text with the format `SignedData`; the JSON inside is that of OCA's
application note "Signed Meter Values in OCPP". OCPP 2.x names the same fields in its
`SignedMeterValueType`.
"""

import json
from typing import Any, Final

from app.charging.meters.files import SignedText
from app.charging.meters.texts import keepable, unwrapped

# What carries the record: OCPP's name, and one that stands in the manuals of charge points.
_RECORD: Final = ("signedMeterData", "signedMeterValue")


def read_carried(text: str) -> SignedText:
    """
    Return the record, and the key beside it, in a signed value as it came.

    What is in no known wrapping is returned as it is: reading the record will tell what is wrong.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return SignedText(_record(text), None, "")
    if not isinstance(found, dict):
        return SignedText(_record(text), None, "")
    record = next((each for name in _RECORD if (each := _text(found, name))), "")
    return SignedText(_record(record), _text(found, "publicKey") or None, "")


def _record(text: str) -> str:
    return unwrapped(text).strip()


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return keepable(value) if isinstance(value, str) else ""
