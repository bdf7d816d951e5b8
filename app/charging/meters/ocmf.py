"""
A record in the Open Charge Metering Format: what a meter read, and its signature.

Source: OCMF 1.3.0, S.A.F.E. e.V. What is signed is the payload as it was sent, byte by byte.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ecdsa.curves import Curve

from app.charging.meters.errors import RecordUnreadable
from app.charging.meters.keys import CURVES
from app.charging.meters.texts import RECORD, keepable

_ALGORITHM: Final = re.compile(
    r"ECDSA-(?P<curve>[a-z0-9]+)-SHA(?P<bits>256|384|512)", re.IGNORECASE
)
# OCMF 1.3, "SA": what holds when the signature does not say.
_DEFAULT_ALGORITHM: Final = "ECDSA-secp256r1-SHA256"
_HASHES: Final[dict[str, Callable[..., Any]]] = {
    "256": hashlib.sha256,
    "384": hashlib.sha384,
    "512": hashlib.sha512,
}
# OBIS codes of the register that was imported: 1.8.x, and 01.8 with its odd writings.
_IMPORT: Final = re.compile(r"(?:.*:)?0*1\.0*8\.\w+(?:\.\w+)?", re.IGNORECASE)
# No register has more digits before its point.
_MOST_DIGITS: Final = 15
_KWH: Final = {"kwh": Decimal(1), "wh": Decimal("0.001"), "mwh": Decimal(1000)}


@dataclass(frozen=True, slots=True)
class SignedReading:
    """
    A value that was read.

    *kind* is OCMF's TX (B begin, E end and its sorts, X while charging, C exception), *energy_kwh*
    the register where it is one of imported energy, *time* as written, with how sure it is,
    *errors* what was wrong with the reading (E: its energy, t: its time).
    """

    time: str
    kind: str
    obis: str
    energy_kwh: Decimal | None
    status: str
    errors: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """
    A signed record.

    *signed* are the bytes that the signature is over, *signature* those of it, *curve* and *digest*
    say how it was made, *pagination* counts the meter's records (T for those of transactions).
    """

    text: str
    signed: bytes
    signature: bytes
    curve: Curve
    digest: Callable[..., Any]
    algorithm: str
    version: str
    meter_serial: str
    gateway_serial: str
    pagination: str
    identification: str
    readings: tuple[SignedReading, ...]

    @property
    def serial(self) -> str:
        """Return the number by which the meter is known, else that of its gateway, else nothing."""
        return self.meter_serial or self.gateway_serial

    @property
    def page(self) -> int:
        """Return the number in the pagination; 0 where it has none."""
        number = re.search(r"\d+", self.pagination)
        return int(number[0]) if number else 0

    @property
    def at_begin(self) -> SignedReading | None:
        """Return the reading of imported energy at the start of a transaction, if there is one."""
        return self._first("B")

    @property
    def at_end(self) -> SignedReading | None:
        """Return the reading of imported energy at the end; several letters say how it ended."""
        return self._first("ELRAPSV")

    def _first(self, kinds: str) -> SignedReading | None:
        for reading in self.readings:
            if reading.kind and reading.kind in kinds and reading.energy_kwh is not None:
                return reading
        return None


def read_record(text: str) -> Record:
    """Return the record in *text*, `OCMF|{payload}|{signature}`. Raises RecordUnreadable."""
    text = keepable(text).strip()
    if not text.startswith(RECORD):
        raise RecordUnreadable("another format than OCMF, whose records begin with OCMF|")
    payload, signed, rest = _section(text, len(RECORD))
    if not rest.startswith("|"):
        raise RecordUnreadable("after the payload comes no signature")
    signature, _, tail = _section(rest, 1)
    if tail.strip("| \r\n\t"):
        raise RecordUnreadable("after the signature comes something else")
    return _record(text, payload, signed, signature)


def _section(text: str, start: int) -> tuple[dict[str, Any], str, str]:
    """Return the JSON object at *start*, its text as it stands there, and what follows."""
    # The object may be wrapped in blanks, which are signed with it; a | may stand in its texts.
    begin = start + len(text[start:]) - len(text[start:].lstrip())
    try:
        found, end = _DECODER.raw_decode(text, begin)
    except (ValueError, RecursionError) as error:
        raise RecordUnreadable(f"the JSON is broken: {error}") from error
    if not isinstance(found, dict):
        raise RecordUnreadable("a section is no JSON object")
    after = end + len(text[end:]) - len(text[end:].lstrip())
    return found, text[start:after], text[after:]


_DECODER: Final = json.JSONDecoder(parse_float=Decimal, parse_int=Decimal)


def _record(text: str, payload: dict[str, Any], signed: str, signature: dict[str, Any]) -> Record:
    algorithm = str(signature.get("SA") or _DEFAULT_ALGORITHM)
    found = _ALGORITHM.fullmatch(algorithm)
    curve = CURVES.get(found["curve"].lower()) if found else None
    if found is None or curve is None:
        raise RecordUnreadable(f"the signature is {algorithm}, which OCMF does not know")
    rows = payload.get("RD", [])
    if not isinstance(rows, list):
        raise RecordUnreadable("RD is no list of readings")
    return Record(
        text=text,
        signed=signed.encode(),
        signature=_signature(signature),
        curve=curve,
        digest=_HASHES[found["bits"]],
        algorithm=algorithm,
        version=_text(payload, "FV"),
        meter_serial=_text(payload, "MS"),
        gateway_serial=_text(payload, "GS"),
        pagination=_text(payload, "PG"),
        identification=_text(payload, "ID"),
        readings=_readings(rows),
    )


def _signature(section: dict[str, Any]) -> bytes:
    data = "".join(_text(section, "SD").split())
    try:
        if _text(section, "SE").lower() == "base64":
            return base64.b64decode(data, validate=True)
        return bytes.fromhex(data)
    except (binascii.Error, ValueError) as error:
        raise RecordUnreadable("SD is no signature in the encoding that SE says") from error


def _readings(rows: list[Any]) -> tuple[SignedReading, ...]:
    """Return the readings; what one does not say is as in the one before (OCMF 1.3, "RD")."""
    readings = []
    last: dict[str, Any] = {}
    for row in rows:
        if not isinstance(row, dict):
            raise RecordUnreadable("a reading is no JSON object")
        last = {**last, **row}
        # A value without its own TX belongs to no begin or end of its own.
        readings.append(_reading({**last, "TX": row.get("TX", last.get("TX", ""))}))
    return tuple(readings)


def _reading(row: dict[str, Any]) -> SignedReading:
    obis, factor = _text(row, "RI"), _KWH.get(_text(row, "RU").lower())
    energy = None
    if factor is not None and _IMPORT.fullmatch(obis):
        energy = _number(row.get("RV")) * factor
    return SignedReading(
        time=_text(row, "TM"),
        kind=_text(row, "TX"),
        obis=obis,
        energy_kwh=energy,
        status=_text(row, "ST"),
        errors=_text(row, "EF"),
    )


def _number(value: object) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise RecordUnreadable(f"RV is no number: {value}") from error
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
        raise RecordUnreadable(f"RV is no number: {value}")
    return number


def _text(section: dict[str, Any], key: str) -> str:
    value = section.get(key)
    return "" if value is None else keepable(str(value)).strip()
