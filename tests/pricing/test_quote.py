"""The price of a stay that is planned."""

from decimal import Decimal

from app.pricing.tariffs.engine import Stay, quote
from tests.pricing.builders import AMSTERDAM, VAT, at, element, eur, plan, price

TARIFF = plan(element(price("ENERGY", "0.50"), price("PARKING_TIME", "6.00")))


def test_a_quote_counts_charging_and_then_waiting():
    """20 kWh at 20 kW take an hour; of 90 minutes 30 are parking."""
    stay = Stay(at("2026-11-22T10:00"), kwh=Decimal(20), minutes=90, kw=Decimal(20))

    # 20 x 0.50 + 30 x 0.10
    assert eur("13.00") == quote(TARIFF, stay, AMSTERDAM, VAT).gross


def test_a_stay_too_short_ends_with_its_last_kilowatt_hour():
    """The energy asked for is delivered first."""
    stay = Stay(at("2026-11-22T10:00"), kwh=Decimal(20), minutes=5, kw=Decimal(20))

    assert eur("10.00") == quote(TARIFF, stay, AMSTERDAM, VAT).gross


def test_energy_that_comes_at_no_power_is_there_at_once():
    """Without a power nobody knows how long charging takes: 90 minutes are all parking."""
    stay = Stay(at("2026-11-22T10:00"), kwh=Decimal(2), minutes=90, kw=Decimal(0))

    # 2 x 0.50 + 90 x 0.10
    assert eur("10.00") == quote(TARIFF, stay, AMSTERDAM, VAT).gross


def test_a_quote_begins_with_an_empty_meter_and_says_that_nobody_asks_for_power_later():
    """A band of the first kWh is quoted from its beginning; the wait after it is parking."""
    found = plan(
        element(price("ENERGY", "0.10"), max_kwh=1),
        element(price("ENERGY", "0.50"), price("PARKING_TIME", "6.00")),
    )
    stay = Stay(at("2026-11-22T10:00"), kwh=Decimal(3), minutes=30, kw=Decimal(7))

    priced = quote(found, stay, AMSTERDAM, VAT)

    # 3 kWh at 7 kW end after 1542.857142 s, and 257.142858 s of the half hour are left: 258 x 1/600
    assert [Decimal(1), Decimal(2)] == [one.measured for one in priced.lines[:2]]
    assert ("PARKING_TIME", Decimal("4.3")) == (priced.lines[2].kind, priced.lines[2].billed)
    assert eur("1.53") == priced.gross


def test_energy_is_quoted_as_it_flows_from_the_first_moment_on():
    """10 kWh at 10 kW from 10:30 on: 5 at 0.50 before 11:00, and 5 at 0.30."""
    found = plan(
        element(price("ENERGY", "0.50"), end_time="11:00"), element(price("ENERGY", "0.30"))
    )
    stay = Stay(at("2026-01-16T09:30"), kwh=Decimal(10), minutes=0, kw=Decimal(10))

    assert eur("4.00") == quote(found, stay, AMSTERDAM, VAT).gross


def test_energy_at_no_power_has_the_price_of_its_moment():
    """10 kWh at once at 10:30, before it becomes cheaper; the wait until 11:30 has no price."""
    found = plan(
        element(price("ENERGY", "0.50"), end_time="11:00"), element(price("ENERGY", "0.30"))
    )
    stay = Stay(at("2026-01-16T09:30"), kwh=Decimal(10), minutes=60, kw=Decimal(0))

    assert eur("5.00") == quote(found, stay, AMSTERDAM, VAT).gross
