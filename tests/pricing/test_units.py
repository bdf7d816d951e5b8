"""Whole numbers for energy, time and money, and back to decimals."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.pricing.tariffs.compiled.units import (
    decimal,
    duration,
    energy,
    exact_decimal,
    instant,
    kilowatt_hours,
    micros,
    minor_units,
)


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (0, 1, "0.0000"),
        (1, 2, "0.5000"),
        (12345, 100_000, "0.12345"),
        (1, 3, "0.3333333333"),
        (2, 3, "0.6666666667"),
        (-2, 3, "-0.6666666667"),
        (1, 2 * 10**10, "1E-10"),
        (123, 1, "123.0000"),
    ],
)
def test_a_ratio_for_machines(numerator: int, denominator: int, text: str):
    """Half up, away from zero, with 4 to 10 decimals."""
    assert text == str(exact_decimal(numerator, denominator))


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [(0, 1, "0"), (100, 1, "100"), (1, 2, "0.5"), (1, 3, "0.333333"), (5, 10**7, "0.000001")],
)
def test_a_ratio_for_people(numerator: int, denominator: int, text: str):
    """At most 6 decimals, and none that say nothing."""
    assert Decimal(text) == decimal(numerator, denominator)
    assert "E+" not in str(decimal(numerator, denominator))


def test_money_is_rounded_half_up_away_from_zero():
    """0.005 is a cent, and -0.005 is minus one; yen have no decimals, dinars three."""
    assert [1, -1, 0] == [minor_units(amount, 1000, 2) for amount in (5, -5, 4)]
    assert (2, 1500) == (minor_units(15, 10, 0), minor_units(15, 10, 3))


def test_instants_and_quantities_go_there_and_back():
    """To the microsecond and to the nano-kilowatt-hour, below which it is cut off."""
    at = datetime(2026, 11, 22, 10, 0, 0, 123_456, tzinfo=UTC)

    assert at == instant(micros(at))
    assert 1 == micros(datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC))
    assert 90_000_001 == duration(timedelta(minutes=1, seconds=30, microseconds=1))
    assert 1_234_567_890 == energy(Decimal("1.2345678909"))
    assert Decimal("1.23456789") == kilowatt_hours(1_234_567_890)
