"""VAT rates by country and day."""

from datetime import date
from decimal import Decimal

import pytest

from app.pricing.vat import VatRateUnknown, rate
from app.pricing.vat.table import STANDARD_RATES

EUROPE = list(STANDARD_RATES)


def test_every_country_of_europe_is_there():
    """The EU-27, the United Kingdom with Northern Ireland, Switzerland and three neighbours."""
    assert 27 + 2 + 4 == len(EUROPE)


@pytest.mark.parametrize("country", EUROPE)
def test_every_country_has_a_rate_today(country: str):
    """No country has a gap up to now, and none a rate that cannot be."""
    assert Decimal(8) <= rate(country, date(2026, 11, 22)) <= Decimal(27)


@pytest.mark.parametrize(
    ("country", "day", "percent"),
    [
        ("RO", "2025-07-31", "19"),
        ("RO", "2025-08-01", "21"),
        ("DE", "2020-06-30", "19"),
        ("DE", "2020-07-01", "16"),
        ("DE", "2021-01-01", "19"),
        ("FI", "2024-08-31", "24"),
        ("FI", "2024-09-01", "25.5"),
        ("EE", "2025-06-30", "22"),
        ("EE", "2025-07-01", "24"),
        ("CH", "2023-12-31", "7.7"),
        ("CH", "2024-01-01", "8.1"),
        ("LU", "2023-12-31", "16"),
        ("LU", "2024-01-01", "17"),
        ("nl", "2026-11-22", "21"),
    ],
)
def test_a_rate_changes_with_its_day(country: str, day: str, percent: str):
    """The rate is that of the day on which charging ended."""
    assert Decimal(percent) == rate(country, date.fromisoformat(day))


@pytest.mark.parametrize(("country", "day"), [("US", "2026-01-01"), ("NL", "1990-01-01")])
def test_a_rate_that_nobody_knows_is_a_problem(country: str, day: str):
    """No rate is guessed."""
    with pytest.raises(VatRateUnknown):
        rate(country, date.fromisoformat(day))
