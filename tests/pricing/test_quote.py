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
