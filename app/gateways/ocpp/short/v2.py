"""Events of running transactions that bring meter values (OCPP 2.x), read in one go."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET

from app.charging.sessions.model import MeterSample
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.readings import MeterValue, SampledValue, samples
from app.gateways.ocpp.short.outlet import NOTHING, PART, add, kind_of, sample_of
from app.gateways.ocpp.short.plain import LARGEST_ID, Plain, given, may_be, usual_instant
from app.gateways.ocpp.short.shapes import Shapes, schema_of
from app.gateways.ocpp.station import Station
from app.gateways.ocpp.values import read_number

_MARK: Final = '"TransactionEvent"'
# What brings more than samples: a token, a cost, a limit; or has to be kept as it came.
_WITHOUT: Final = frozenset(
    {
        *("costDetails", "customData", "idToken", "remoteStartId", "signedMeterValue"),
        *("stoppedReason", "transactionLimit"),
    }
)
_NARROWED: Final = {"eventType": Literal["Updated"]}


@cache
def _decoder(version: Version) -> Callable[[str], Any]:
    schema = schema_of(version, "TransactionEventRequest")
    shapes = Shapes(schema, without=_WITHOUT, narrowed=_NARROWED)
    event = shapes.type_of("TransactionEvent", schema)
    frame: Any = tuple[Literal[2], str, Literal["TransactionEvent"], event]  # type: ignore[valid-type]
    return msgspec.json.Decoder(frame).decode


def read_event(text: str, station: Station, received_at: datetime) -> Plain | None:
    """
    Return the meter values in the event *text*, or None when it holds none, or anything else.

    What it returns is what the long way makes of it. None says nothing about the frame. An event of
    a transaction that *station* waits for, or that is to be told its limit, goes the long way, too.
    """
    if not may_be(text, _MARK):
        return None
    try:
        _, message_id, _, event = _decoder(station.version)(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    transaction: str = event.transactionInfo.transactionId
    is_awaited = transaction in station.remote_starts or transaction in station.limits
    evse = given(event.evse)
    evse_no, connector_no = (None, None) if evse is None else (evse.id, given(evse.connectorId))
    is_odd = max(abs(evse_no or 0), abs(connector_no or 0)) >= LARGEST_ID
    if is_awaited or is_odd or not transaction.strip():
        return None
    found: list[MeterSample] = []
    for each in given(event.meterValue) or ():
        taken = _samples(each, received_at)
        if taken is None:
            return None
        found += taken
    return Plain(message_id, transaction, evse_no, connector_no, found) if found else None


def _samples(said: Any, received_at: datetime) -> Sequence[MeterSample] | None:  # noqa: ANN401 - made of the schema
    """Return what was measured; None when its time or one of its numbers is not as usual."""
    taken_at = usual_instant(said.timestamp)
    values = said.sampledValue
    read = (read_number(str(each.value, "ascii")) for each in values)
    numbers = [number for number in read if number is not None]
    if taken_at is None or len(numbers) < len(values):
        return None
    context = values[0].context
    amounts: dict[str, Decimal] = {}
    for value, number in zip(values, numbers, strict=True):
        unit = value.unitOfMeasure
        named = UNSET if unit is UNSET else unit.unit
        kind = kind_of(value.measurand, named, value.phase, value.location)
        if kind is PART or value.context != context or (unit and unit.multiplier):
            told = MeterValue(taken_at, list(map(_sampled, values, numbers)))
            return samples([told], received_at=received_at)
        if kind is not NOTHING:
            add(amounts, kind, number)
    return sample_of(amounts, context, taken_at, received_at)


def _sampled(said: Any, number: Decimal) -> SampledValue:  # noqa: ANN401 - as above
    unit = given(said.unitOfMeasure)
    return SampledValue(
        value=number,
        measurand=given(said.measurand),
        phase=given(said.phase),
        location=given(said.location),
        context=given(said.context),
        unit=None if unit is None else given(unit.unit),
        multiplier=0 if unit is None else given(unit.multiplier) or 0,
    )
