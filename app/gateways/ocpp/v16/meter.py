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
    # OCPP 1.6, "ValueFormat": a SignedData value is an opaque text, kept as it came.
    signed = value.get("format") == "SignedData"
    return SampledValue(
        value=None if signed else read_number(value.get("value")),
        measurand=read_text(value.get("measurand")),
        phase=read_text(value.get("phase")),
        location=read_text(value.get("location")),
        context=read_text(value.get("context")),
        unit=read_text(value.get("unit")),
        signed=read_text(value.get("value")) if signed else None,
    )
