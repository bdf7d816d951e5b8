"""
Exact whole numbers for energy, time and money: nothing inside the engine is ever rounded.

Energy is counted in nano-kilowatt-hours, time in microseconds, money in `1 / scale` of a major
unit, where the scale of a tariff is chosen so that each of its prices is whole per unit.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
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
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Return the instant *at* as microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def instant(at: int) -> datetime:
    """Return the instant, in UTC, that lies *at* microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=at)


def duration(time: timedelta) -> int:
    """Return *time* in microseconds."""
    return time // _MICROSECOND


def energy(kwh: Decimal) -> int:
    """Return *kwh* in nano-kilowatt-hours; finer decimals than those are rounded, half to even."""
    return round(kwh.scaleb(9))


def kilowatt_hours(amount: int) -> Decimal:
    """Return an energy in kWh, exact."""
    return Decimal(amount).scaleb(-9)


def decimal(value: Fraction, places: int = 6) -> Decimal:
    """Return *value* for display: at most *places* decimals, half up, without needless zeros."""
    scaled = value * 10**places
    whole = _half_up(scaled.numerator, scaled.denominator)
    shown = Decimal(whole).scaleb(-places).normalize()
    return shown if shown.as_tuple().exponent <= 0 else shown.quantize(Decimal(1))  # type: ignore[operator]


def _half_up(numerator: int, denominator: int) -> int:
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def minor_units(amount: int, scale: int, exponent: int) -> int:
    """Return *amount* / *scale* major units as minor units, rounded half up (away from zero)."""
    return _half_up(amount * 10**exponent, scale)
