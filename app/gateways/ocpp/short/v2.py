"""Events of running transactions that bring meter values (OCPP 2.x), read in one go."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal

import msgspec

from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.readings import MeterValue, SampledValue, samples
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
    told = [_meter_value(each) for each in given(event.meterValue) or ()]
    found = samples((each for each in told if each is not None), received_at=received_at)
    if None in told or not found:
        return None
    return Plain(message_id, transaction, evse_no, connector_no, found)


def _meter_value(said: Any) -> MeterValue | None:  # noqa: ANN401 - made of the schema
    """Return a meter value, or None when its time or one of its numbers is not as usual."""
    taken_at = usual_instant(said.timestamp)
    values = [_sampled(each) for each in said.sampledValue]
    if taken_at is None or any(each.value is None for each in values):
        return None
    return MeterValue(taken_at, values)


def _sampled(said: Any) -> SampledValue:  # noqa: ANN401 - as above
    unit = given(said.unitOfMeasure)
    return SampledValue(
        value=read_number(bytes(said.value).decode()),
        measurand=given(said.measurand),
        phase=given(said.phase),
        location=given(said.location),
        context=given(said.context),
        unit=None if unit is None else given(unit.unit),
        multiplier=0 if unit is None else given(unit.multiplier) or 0,
    )
