"""VAT rates by territory, supply and day, and VAT numbers."""

import csv
from datetime import date
from decimal import Decimal

import pytest
from eu_vat_rates_data import get_standard_rate

from app.pricing.vat import (
    Supply,
    VatNumberInvalid,
    VatRateUnknown,
    checked_vat_number,
    currency_of,
    rate,
    territory,
)
from app.pricing.vat.table import STANDARD_RATES
from tests.shared import shared

EUROPE = list(STANDARD_RATES)


def test_every_country_of_europe_is_there():
    """The EU-27, the United Kingdom with Northern Ireland, Switzerland and three neighbours."""
    assert 27 + 2 + 4 == len(EUROPE)


@pytest.mark.parametrize("country", EUROPE)
def test_every_country_has_a_rate_today(country: str):
    """No country has a gap up to now, and none a rate that cannot be."""
    standard = rate(country, date(2026, 11, 22), Supply.SERVICE)

    assert Decimal(8) <= standard <= Decimal(27)


@pytest.mark.parametrize("country", EUROPE)
def test_the_standard_rates_are_those_of_the_published_table(country: str):
    """Another keeper of the rates (TEDB, checked daily) has the same today."""
    published = get_standard_rate("GB" if country == "XI" else country)

    assert published is not None
    assert Decimal(str(published)) == rate(country, date(2026, 9, 29), Supply.SERVICE)


def test_the_history_is_that_of_the_collected_table():
    """Every row of the collected history on its first day, and the open ones today."""
    rows = shared("data/vat_standard_rates.csv").read_text().splitlines()
    for row in csv.DictReader(rows):
        place = row["territory"]
        began = date.fromisoformat(row["from"] or "2026-11-22")
        days = [began] if row["to"] else [began, date(2026, 11, 22)]
        for day in days:
            found = rate(place, day, Supply.SERVICE)
            assert Decimal(row["rate_percent"]) == found, (place, day)


@pytest.mark.parametrize(
    ("supply", "day", "percent"),
    [
        (Supply.CHARGING, "2020-06-30", "23"),
        (Supply.CHARGING, "2020-07-01", "13.5"),
        (Supply.CHARGING, "2022-04-30", "13.5"),
        (Supply.CHARGING, "2022-05-01", "9"),
        (Supply.CHARGING, "2026-11-22", "9"),
        (Supply.CHARGING, "2031-01-01", "13.5"),
        (Supply.PARKING, "2026-11-22", "23"),
        (Supply.SERVICE, "2020-10-01", "21"),
    ],
)
def test_a_supply_has_its_own_rate(supply: Supply, day: str, percent: str):
    """Ireland taxes charging as electricity; a place to park and a network fee are not."""
    assert Decimal(percent) == rate("IE", date.fromisoformat(day), supply)


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
        ("IM", "IM1 1AA", "GB", "20"),
        ("JE", "JE2 3AB", "GB-JE", "0"),
        ("FR", "20000", "FR-20R", "20"),
        ("FR", "97110", "FR-971", "8.5"),
        ("RE", "97400", "FR-974", "8.5"),
        ("FR", "97300", "FR-973", "0"),
        ("YT", "97600", "FR-976", "0"),
        ("AX", "22100", "FI-01", "25.5"),
        ("ES", "51001", "ES-CE", "0"),
        ("ES", "52001", "ES-ML", "0"),
        ("DE", "27498", "DE-HELGOLAND", "0"),
        ("IT", "22061", "IT-CAMPIONE", "0"),
        ("GR", "63086", "GR-69", "0"),
        ("SJ", "9170", "NO-21", "0"),
        ("IE", "D02 X285", "IE", "9"),
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


@pytest.mark.parametrize(
    ("place", "currency"),
    [("NL", "EUR"), ("BG", "EUR"), ("XI", "GBP"), ("ES-CN", "EUR"), ("CH", "CHF"), ("US", None)],
)
def test_vat_is_shown_in_the_currency_of_the_place(place: str, currency: str | None):
    """Directive 2006/112/EC, Article 230."""
    assert currency == currency_of(place)
