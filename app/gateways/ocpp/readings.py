"""Meter values of any version as our samples: units, multipliers, phases, places, contexts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from app.charging.sessions.model import MeterSample
from app.gateways.ocpp.values import BEYOND_REASON

ENERGY = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"
STATE_OF_CHARGE = "SoC"
BEGIN = "Transaction.Begin"
END = "Transaction.End"
PERIODIC = "Sample.Periodic"

_ONE = Decimal(1)
# What a unit makes of a value: its measurand, and the factor to Wh, W or percent.
_UNITS: Final[Mapping[str, Mapping[str, Decimal]]] = {
    ENERGY: {
        "": _ONE,
        "wh": _ONE,
        "kwh": Decimal(1000),
        "mwh": Decimal(1_000_000),
    },
    POWER: {"": _ONE, "w": _ONE, "kw": Decimal(1000)},
    STATE_OF_CHARGE: {"": _ONE, "percent": _ONE, "%": _ONE},
}
# OCPP 1.6, "SampledValue": measurand and unit both default to energy. Firmware that names only a
# unit of power means power.
_BY_UNIT = {"w": POWER, "kw": POWER, "percent": STATE_OF_CHARGE, "%": STATE_OF_CHARGE}
_MAX_MULTIPLIER = 9
_FULL = Decimal(100)


class SampledValue(NamedTuple):
    """One sampled value after its version's reader: *value* is None when it can't be read."""

    value: Decimal | None
    measurand: str | None
    phase: str | None
    location: str | None
    context: str | None
    unit: str | None
    multiplier: int = 0
    signed: str | None = None


class MeterValue(NamedTuple):
    """Sampled values of one instant; *taken_at* is None when it can't be read."""

    taken_at: datetime | None
    values: Sequence[SampledValue]


# A value and its amount in Wh, W or percent.
_Amount = tuple[SampledValue, Decimal]


def samples(meter_values: Iterable[MeterValue], *, received_at: datetime) -> list[MeterSample]:
    """
    Return a sample per instant and context that holds energy, power, charge or a signature.

    A reading without a time of its own gets the time at which it came.
    """
    found = []
    for meter_value in meter_values:
        taken_at = meter_value.taken_at or received_at
        for context, values in _by_context(meter_value.values).items():
            sample = _sample(values, context, taken_at=taken_at, received_at=received_at)
            if sample is not None:
                found.append(sample)
    return found


def register_at(found: Sequence[MeterSample], context: str) -> Decimal | None:
    """
    Return the register (Wh) of the sample with this *context*, or None.

    At the end of a transaction the last register counts, at its beginning the first.
    """
    registers = [each for each in found if each.energy_wh is not None]
    exact = [each for each in registers if each.context == context] or registers
    if not exact:
        return None
    return exact[-1 if context == END else 0].energy_wh


def _by_context(values: Sequence[SampledValue]) -> Mapping[str, Sequence[SampledValue]]:
    contexts = {value.context or PERIODIC for value in values}
    if len(contexts) == 1:  # as nearly always
        return {contexts.pop(): values}
    groups: dict[str, list[SampledValue]] = {}
    for value in values:
        groups.setdefault(value.context or PERIODIC, []).append(value)
    return groups


def _sample(
    values: Sequence[SampledValue], context: str, *, taken_at: datetime, received_at: datetime
) -> MeterSample | None:
    amounts: dict[str, list[_Amount]] = {}
    signed = None
    for value in values:
        signed = signed or value.signed
        measurand, amount = _read(value)
        if amount is not None:
            amounts.setdefault(measurand, []).append((value, amount))
    energy = _total(amounts.get(ENERGY, ()))
    power = _total(amounts.get(POWER, ()))
    soc = _total(amounts.get(STATE_OF_CHARGE, ()))
    if energy is None and power is None and soc is None and signed is None:
        return None
    return MeterSample(taken_at, received_at, energy, power, soc, context, signed)


def _total(amounts: Sequence[_Amount]) -> Decimal | None:
    """Return the value over all phases: the one without a phase, else the sum of the phases."""
    if not amounts:
        return None
    outlet = [pair for pair in amounts if pair[0].location in (None, "Outlet")] or amounts
    for value, amount in outlet:
        if not value.phase:
            return amount
    by_phase = {value.phase: amount for value, amount in outlet if _is_phase(value.phase)}
    return sum(by_phase.values(), Decimal(0)) if by_phase else None


def _is_phase(phase: str | None) -> bool:
    # L1, L2, L3 or L1-N, L2-N, L3-N; never the neutral or a pair of phases.
    return phase is not None and phase.removesuffix("-N") in {"L1", "L2", "L3"}


def factor_of(measurand: str | None, unit: str | None) -> tuple[str, Decimal | None]:
    """Return what is measured, and what makes Wh, W or percent of it; None when nothing does."""
    plain = unit.strip().lower() if unit else ""
    measured = measurand or _BY_UNIT.get(plain, ENERGY)
    return measured, _UNITS.get(measured, {}).get(plain)


def most_of(measurand: str) -> Decimal:
    """Return the amount beyond which no *measurand* is believed."""
    return _FULL if measurand == STATE_OF_CHARGE else BEYOND_REASON


def _read(value: SampledValue) -> tuple[str, Decimal | None]:
    """Return what was measured, and how much in Wh, W or percent; None when that can't be told."""
    measurand, factor = factor_of(value.measurand, value.unit)
    if factor is None or value.value is None or abs(value.multiplier) > _MAX_MULTIPLIER:
        return measurand, None
    amount = value.value if factor is _ONE else value.value * factor
    if value.multiplier:
        amount = amount.scaleb(value.multiplier)
    return measurand, amount if abs(amount) <= most_of(measurand) else None
