"""Meter values of OCPP 1.6 in their usual form, read in one go; others go the long way."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from app.charging.sessions.model import MeterSample
from app.gateways.ocpp.readings import ENERGY, PERIODIC, POWER, STATE_OF_CHARGE, factor_of, most_of
from app.gateways.ocpp.values import read_number

_MARK: Final = '"MeterValues"'
_NUL: Final = "\\u0000"
_LONGEST: Final = 8192
_INSTANT: Final = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_LARGEST_ID: Final = 10**12
_factor_of = cache(factor_of)  # of the schema's words alone


def _schema_of_values() -> Mapping[str, Any]:
    resource = files("ocpp") / "v16" / "schemas" / "MeterValues.json"
    payload = json.loads(resource.read_text(encoding="utf-8-sig"))["properties"]
    found: Mapping[str, Any] = payload["meterValue"]["items"]["properties"]["sampledValue"]["items"]
    return found


def _kind(name: str, said: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return a field of a sampled value: its name, its type, and what it is when it is left out."""
    if name == "format":
        return (name, Literal["Raw"] | UnsetType, UNSET)  # what is signed is kept as it came
    if "enum" in said:
        return (name, Literal[tuple(said["enum"])] | UnsetType, UNSET)
    return (name, str)


# What these types accept is valid by the schema, so nobody has to judge it once more.
_Value: Any = msgspec.defstruct(
    "_Value",
    [_kind(name, said) for name, said in _schema_of_values()["properties"].items()],
    forbid_unknown_fields=True,
    gc=False,
)


class _MeterValue(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    timestamp: str
    sampledValue: list[_Value]  # noqa: N815 - its name in JSON


class _Payload(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    connectorId: int  # noqa: N815
    meterValue: list[_MeterValue]  # noqa: N815
    transactionId: int | UnsetType = UNSET  # noqa: N815


_decode: Final = msgspec.json.Decoder(
    tuple[Literal[2], str, Literal["MeterValues"], _Payload]
).decode


@dataclass(slots=True)
class Plain:
    """A call of MeterValues that holds samples; its numbers as OCPP 1.6 has them."""

    message_id: str
    connector: int
    transaction: int | None
    samples: Sequence[MeterSample]


def read_plain(text: str, received_at: datetime) -> Plain | None:
    """
    Return the meter values in the frame *text*, or None when it holds none, or odd ones.

    What it returns is what the long way makes of it: a frame, its judgement by the schema, and
    `readings.samples`. None says nothing about the frame.
    """
    if _MARK not in text or len(text) > _LONGEST or _NUL in text:
        return None
    try:
        _, message_id, _, payload = _decode(text)
    except msgspec.DecodeError:
        return None
    transaction = None if payload.transactionId is UNSET else payload.transactionId
    if max(abs(transaction or 0), abs(payload.connectorId)) >= _LARGEST_ID:
        return None
    samples = []
    for each in payload.meterValue:
        sample = _sample(each, received_at)
        if sample is None:
            return None
        samples.append(sample)
    return Plain(message_id, payload.connectorId, transaction, samples) if samples else None


def _sample(said: _MeterValue, received_at: datetime) -> MeterSample | None:
    if not said.sampledValue or not _INSTANT.fullmatch(said.timestamp):
        return None
    try:
        taken_at = datetime.fromisoformat(said.timestamp)
    except ValueError:
        return None
    context = said.sampledValue[0].context
    amounts: dict[str, Decimal] = {}
    for value in said.sampledValue:
        if value.context != context or not _add(amounts, value):
            return None
    if not amounts:
        return None
    get = amounts.get
    named = PERIODIC if context is UNSET else context
    return MeterSample(taken_at, received_at, get(ENERGY), get(POWER), get(STATE_OF_CHARGE), named)


def _add(amounts: dict[str, Decimal], value: Any) -> bool:  # noqa: ANN401 - a `_Value`
    """Add what was measured, the first of its kind; False when it is of a phase or a place."""
    measurand, factor = _factor_of(value.measurand or None, value.unit or None)
    if factor is None:
        return True
    if value.phase is not UNSET or value.location not in (UNSET, "Outlet"):
        return False
    number = read_number(value.value)
    if number is not None and abs(amount := number * factor) <= most_of(measurand):
        amounts.setdefault(measurand, amount)
    return True
