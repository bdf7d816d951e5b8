"""Meter values of any version as our samples: units, multipliers, phases, places, contexts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.charging.sessions.model import MeterSample
from app.gateways.ocpp.values import BEYOND_REASON

ENERGY = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"
STATE_OF_CHARGE = "SoC"
BEGIN = "Transaction.Begin"
END = "Transaction.End"
PERIODIC = "Sample.Periodic"

_FACTORS = {
    ENERGY: {"wh": Decimal(1), "kwh": Decimal(1000), "mwh": Decimal(1_000_000)},
    POWER: {"w": Decimal(1), "kw": Decimal(1000)},
    STATE_OF_CHARGE: {"percent": Decimal(1), "%": Decimal(1)},
}
_DEFAULT_UNIT = {ENERGY: "wh", POWER: "w", STATE_OF_CHARGE: "percent"}
# OCPP 1.6, "SampledValue": measurand and unit both default to energy. Firmware that names only a
# unit of power means power.
_BY_UNIT = {"w": POWER, "kw": POWER, "percent": STATE_OF_CHARGE, "%": STATE_OF_CHARGE}
_MAX_MULTIPLIER = 9


@dataclass(frozen=True, slots=True)
class SampledValue:
    """One sampled value after its version's reader: *value* is None when it can't be read."""

    value: Decimal | None
    measurand: str | None
    phase: str | None
    location: str | None
    context: str | None
    unit: str | None
    multiplier: int = 0
    signed: str | None = None


@dataclass(frozen=True, slots=True)
class MeterValue:
    """Sampled values of one instant; *taken_at* is None when it can't be read."""

    taken_at: datetime | None
    values: Sequence[SampledValue]


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


def _by_context(values: Sequence[SampledValue]) -> Mapping[str, list[SampledValue]]:
    groups: dict[str, list[SampledValue]] = {}
    for value in values:
        groups.setdefault(value.context or PERIODIC, []).append(value)
    return groups


def _sample(
    values: Sequence[SampledValue], context: str, *, taken_at: datetime, received_at: datetime
) -> MeterSample | None:
    energy, power, soc = (
        _total(values, measurand) for measurand in (ENERGY, POWER, STATE_OF_CHARGE)
    )
    signed = next((each.signed for each in values if each.signed), None)
    if energy is None and power is None and soc is None and signed is None:
        return None
    facts: dict[str, Any] = {"energy_wh": energy, "power_w": power, "soc": soc, "signed": signed}
    return MeterSample(taken_at=taken_at, received_at=received_at, context=context, **facts)


def _total(values: Sequence[SampledValue], measurand: str) -> Decimal | None:
    """Return the value over all phases: the one without a phase, else the sum of the phases."""
    own = [(each, amount) for each in values if (amount := _amount(each, measurand)) is not None]
    outlet = [pair for pair in own if pair[0].location in (None, "Outlet")] or own
    if not outlet:
        return None
    whole = [amount for each, amount in outlet if not each.phase]
    if whole:
        return whole[0]
    by_phase = {each.phase: amount for each, amount in outlet if _is_phase(each.phase)}
    return sum(by_phase.values(), Decimal(0)) if by_phase else None


def _is_phase(phase: str | None) -> bool:
    # L1, L2, L3 or L1-N, L2-N, L3-N; never the neutral or a pair of phases.
    return phase is not None and phase.removesuffix("-N") in {"L1", "L2", "L3"}


def _amount(value: SampledValue, measurand: str) -> Decimal | None:
    """Return the value in Wh, W or percent when it is of this *measurand*, else None."""
    unit = (value.unit or "").strip().lower()
    meant = value.measurand or _BY_UNIT.get(unit, ENERGY)
    if meant != measurand or value.value is None:
        return None
    factor = _FACTORS[measurand].get(unit or _DEFAULT_UNIT[measurand])
    if factor is None or abs(value.multiplier) > _MAX_MULTIPLIER:
        return None
    amount = value.value * factor * Decimal(10) ** value.multiplier
    return amount if abs(amount) < BEYOND_REASON else None
