"""Meter values as OCPP 2.x writes them: numbers with a unit and a power of ten."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from app.gateways.ocpp.readings import MeterValue, SampledValue
from app.gateways.ocpp.values import (
    object_of,
    objects,
    read_instant,
    read_number,
    read_text,
    read_whole,
)


def meter_values(found: object) -> Sequence[MeterValue]:
    """Return the meter values in a `meterValue` list; odd parts are left out."""
    return [
        MeterValue(
            taken_at=read_instant(each.get("timestamp")),
            values=[_sampled(value) for value in objects(each.get("sampledValue"))],
        )
        for each in objects(found)
    ]


def _sampled(value: Mapping[str, Any]) -> SampledValue:
    unit = object_of(value.get("unitOfMeasure"))
    return SampledValue(
        value=read_number(value.get("value")),
        measurand=read_text(value.get("measurand")),
        phase=read_text(value.get("phase")),
        location=read_text(value.get("location")),
        context=read_text(value.get("context")),
        unit=read_text(unit.get("unit")),
        multiplier=read_whole(unit.get("multiplier")) or 0,
        signed=_signed(value.get("signedMeterValue")),
    )


def _signed(value: object) -> str | None:
    """Return a signed value (data, method, key) as JSON text, as it came."""
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else None
