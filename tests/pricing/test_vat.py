"""VAT rates by country and day."""

from datetime import date
from decimal import Decimal

import pytest

from app.pricing.vat import VatNumberInvalid, VatRateUnknown, checked_vat_number, rate, territory
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


@pytest.mark.parametrize(
    ("country", "postal_code", "found", "percent"),
    [
        ("NL", "1012 AB", "NL", "21"),
        ("ES", "35001", "ES-CN", "0"),
        ("ES", "28001", "ES", "21"),
        ("AT", "A-6993", "AT-MITTELBERG", "19"),
        ("AT", "6993", "AT-MITTELBERG", "19"),
        ("DE", "D 78266", "DE-BUESINGEN", "0"),
        ("DE", "78266", "DE-BUESINGEN", "0"),
        ("PT", "9500-150", "PT-20", "16"),
        ("PT", "9000-060", "PT-30", "22"),
        ("PT", "1000-001", "PT", "23"),
        ("IT", "23041", "IT-LIVIGNO", "0"),
        ("FI", "22100", "FI-01", "25.5"),
        ("GB", "BT1 5GS", "XI", "20"),
        ("gb", "M1 1AE", "GB", "20"),
        ("MC", "98000", "FR", "20"),
    ],
)
def test_a_territory_has_its_own_rate(country: str, postal_code: str, found: str, percent: str):
    """The postal code tells the territory, the territory the rate."""
    place = territory(country, postal_code)

    assert (found, Decimal(percent)) == (place, rate(place, date(2026, 11, 22)))


def test_the_azores_changed_their_rate():
    """16 % since July 2021."""
    days = date(2021, 6, 30), date(2021, 7, 1)

    assert [Decimal(18), Decimal(16)] == [rate("PT-20", day) for day in days]


@pytest.mark.parametrize(
    ("given", "country", "plain"),
    [
        ("NL 0044 95445 B01", "NL", "NL004495445B01"),
        ("094259216", "GR", "EL094259216"),
        ("CHE-107.787.577 MWST", "CH", "CHE107787577MWST"),
        ("GB 980 7806 84", "GB", "GB980780684"),
    ],
)
def test_a_vat_number_is_brought_to_its_plain_form(given: str, country: str, plain: str):
    """With its prefix, also when it was left out."""
    assert plain == checked_vat_number(given, country)


def test_a_vat_number_that_cannot_exist_is_refused():
    """One digit is wrong."""
    with pytest.raises(VatNumberInvalid):
        checked_vat_number("NL004495446B01", "NL")
