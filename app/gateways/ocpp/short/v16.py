"""Meter values of OCPP 1.6 in their usual form, read in one go."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from app.charging.sessions.model import MeterSample
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.readings import MeterValue, SampledValue, samples
from app.gateways.ocpp.short.outlet import NOTHING, PART, add, kind_of, sample_of
from app.gateways.ocpp.short.plain import LARGEST_ID, Plain, given, may_be, usual_instant
from app.gateways.ocpp.short.shapes import schema_of
from app.gateways.ocpp.station import Station
from app.gateways.ocpp.values import read_number

_MARK: Final = '"MeterValues"'


def _schema_of_values() -> Mapping[str, Any]:
    payload = schema_of(Version.V16, "MeterValues")["properties"]
    found: Mapping[str, Any] = payload["meterValue"]["items"]["properties"]["sampledValue"]["items"]
    return found


def _field(name: str, said: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return a field of a sampled value: its name, its type, and what it is when it is left out."""
    if name == "format":
        return (name, Literal["Raw"] | UnsetType, UNSET)  # what is signed is kept as it came
    if "enum" in said:
        return (name, Literal[tuple(said["enum"])] | UnsetType, UNSET)
    return (name, str)


# What these types accept is valid by the schema, so nobody has to judge it once more.
_Value: Any = msgspec.defstruct(
    "_Value",
    [_field(name, said) for name, said in _schema_of_values()["properties"].items()],
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


def read_meter_values(text: str, station: Station, received_at: datetime) -> Plain | None:  # noqa: ARG001
    """
    Return the meter values in the frame *text*, or None when it holds none, or odd ones.

    What it returns is what the long way makes of it: a frame, its judgement by the schema, and
    `readings.samples`. None says nothing about the frame.
    """
    if not may_be(text, _MARK):
        return None
    try:
        _, message_id, _, payload = _decode(text)
    except msgspec.DecodeError:
        return None
    transaction = given(payload.transactionId)
    if max(abs(transaction or 0), abs(payload.connectorId)) >= LARGEST_ID:
        return None
    found: list[MeterSample] = []
    for each in payload.meterValue:
        taken_at = usual_instant(each.timestamp)
        if taken_at is None or not each.sampledValue:
            return None
        found += _samples(each.sampledValue, taken_at, received_at)
    named = None if transaction is None else str(transaction)
    return Plain(message_id, named, None, payload.connectorId, found) if found else None


def _samples(
    values: Sequence[Any], taken_at: datetime, received_at: datetime
) -> Sequence[MeterSample]:
    """Return what was measured at an instant, at once where all is said of the whole outlet."""
    context = values[0].context
    amounts: dict[str, Decimal] = {}
    for value in values:
        kind = kind_of(value.measurand, value.unit, value.phase, value.location)
        if kind is PART or value.context != context:
            told = MeterValue(taken_at, [_sampled(each) for each in values])
            return samples([told], received_at=received_at)
        if kind is not NOTHING and (number := read_number(value.value)) is not None:
            add(amounts, kind, number)
    return sample_of(amounts, context, taken_at, received_at)


def _sampled(said: Any) -> SampledValue:  # noqa: ANN401 - a `_Value`
    return SampledValue(
        value=read_number(said.value),
        measurand=given(said.measurand),
        phase=given(said.phase),
        location=given(said.location),
        context=given(said.context),
        unit=given(said.unit),
    )
