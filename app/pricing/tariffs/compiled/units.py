"""
Exact whole numbers for energy, time and money: nothing inside the engine is ever rounded.

Energy is counted in nano-kilowatt-hours, time in microseconds, money in `1 / scale` of a major
unit, where the scale of a tariff is chosen so that each of its prices is whole per unit.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

KWH: Final = 10**9
HOUR: Final = 3_600_000_000
MINUTE: Final = 60_000_000
SECOND: Final = 1_000_000
DAY: Final = 24 * HOUR
# The least number that both KWH and HOUR divide.
COMMON: Final = 18 * 10**9
# Later than every session, and sooner than nothing else.
NEVER: Final = 1 << 62

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_KWH: Final = Decimal(KWH)
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Return the instant *at* as microseconds since 1970."""
    passed = at - _EPOCH
    return passed.days * DAY + passed.seconds * SECOND + passed.microseconds


def all_micros(instants: Iterable[datetime]) -> list[int]:
    """Return each of *instants* as `micros` does, without a call for each."""
    return [
        ((passed := at - _EPOCH).days * 86_400 + passed.seconds) * SECOND + passed.microseconds
        for at in instants
    ]


def instant(at: int) -> datetime:
    """Return the instant, in UTC, that lies *at* microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=at)


def duration(time: timedelta) -> int:
    """Return *time* in microseconds."""
    return time // _MICROSECOND


def energy(kwh: Decimal) -> int:
    """Return *kwh* in nano-kilowatt-hours; finer decimals than those are cut off."""
    return int(kwh * _KWH)


def kilowatt_hours(amount: int) -> Decimal:
    """Return an energy in kWh, exact."""
    return Decimal(amount).scaleb(-9)


def decimal(numerator: int, denominator: int) -> Decimal:
    """Return a ratio for display: at most 6 decimals, half up, without needless zeros."""
    return _shortened(_half_up(numerator * 10**6, denominator), most=6, least=0)


def _half_up(numerator: int, denominator: int) -> int:
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def exact_decimal(numerator: int, denominator: int) -> Decimal:
    """Return a ratio for machines: half up, with 4 to 10 decimals."""
    return _shortened(_half_up(numerator * 10**10, denominator), most=10, least=4)


def _shortened(units: int, *, most: int, least: int) -> Decimal:
    """Return *units* with *most* decimals, as few of them as say something, but the *least*."""
    places = most
    while places > least and units % 10 == 0:
        units, places = units // 10, places - 1
    return Decimal(units).scaleb(-places)


def minor_units(amount: int, scale: int, exponent: int) -> int:
    """Return *amount* / *scale* major units as minor units, rounded half up (away from zero)."""
    return _half_up(amount * 10**exponent, scale)
