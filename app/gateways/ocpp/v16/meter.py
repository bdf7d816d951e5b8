"""Meter values as OCPP 1.6 writes them: every value is text."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.gateways.ocpp.readings import MeterValue, SampledValue
from app.gateways.ocpp.values import objects, read_instant, read_number, read_text


def meter_values(found: object) -> Sequence[MeterValue]:
    """Return the meter values in a `meterValue` or `transactionData` list, without odd parts."""
    return [
        MeterValue(
            taken_at=read_instant(each.get("timestamp")),
            values=[_sampled(value) for value in objects(each.get("sampledValue"))],
        )
        for each in objects(found)
    ]


def _sampled(value: Mapping[str, Any]) -> SampledValue:
    get = value.get
    # OCPP 1.6, "ValueFormat": a SignedData value is an opaque text, kept as it came.
    signed = get("format") == "SignedData"
    said = get("value")
    return SampledValue(
        None if signed else read_number(said),
        read_text(get("measurand")),
        read_text(get("phase")),
        read_text(get("location")),
        read_text(get("context")),
        read_text(get("unit")),
        0,
        read_text(said) if signed else None,
    )
