"""What is said of a whole outlet at one instant: read without a look at phases and places."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import UNSET, UnsetType

from app.charging.sessions.model import MeterSample
from app.gateways.ocpp.readings import (
    ENERGY,
    PERIODIC,
    POWER,
    STATE_OF_CHARGE,
    factor_of,
    most_of,
)

Word = str | UnsetType


class Kind(NamedTuple):
    """What a value measures, its factor to Wh, W or percent, and the most that is believed."""

    measurand: str
    factor: Decimal
    most: Decimal


# Nothing of such a value is kept.
NOTHING: Final = Kind("", Decimal(0), Decimal(0))
# It is of a phase or a place, and has to be seen together with the others.
PART: Final = Kind("", Decimal(0), Decimal(0))


@lru_cache(4096)  # the words of the schemas, and few units
def kind_of(measurand: Word, unit: Word, phase: Word, location: Word) -> Kind:
    """Return what a value measures, NOTHING or PART."""
    measured, factor = factor_of(measurand or None, unit or None)
    if factor is None:
        return NOTHING
    if phase is not UNSET or location not in (UNSET, "Outlet"):
        return PART
    return Kind(measured, factor, most_of(measured))


def add(amounts: dict[str, Decimal], kind: Kind, number: Decimal) -> None:
    """Add to *amounts* what was measured, the first of its kind, if it can be believed."""
    amount = number * kind.factor
    if abs(amount) <= kind.most:
        amounts.setdefault(kind.measurand, amount)


def sample_of(
    amounts: Mapping[str, Decimal], context: Word, taken_at: datetime, received_at: datetime
) -> tuple[MeterSample, ...]:
    """Return the sample of an instant, or nothing when nothing of it is kept."""
    if not amounts:
        return ()
    get = amounts.get
    named = PERIODIC if context is UNSET else context
    energy, power, charge = get(ENERGY), get(POWER), get(STATE_OF_CHARGE)
    return (MeterSample(taken_at, received_at, energy, power, charge, named),)
