"""The price of a kWh through the day: a step wherever it becomes another, and no other step."""

from datetime import timedelta
from decimal import Decimal

from app.pricing.tariffs.engine.curve import CurveStep, price_curve
from tests.pricing.builders import AMSTERDAM, VAT, at, element, plan, price

MORNING = at("2026-01-16T09:00")  # 10:00 in Amsterdam
HOUR = timedelta(hours=1)
DAY = plan(
    element(price("ENERGY", "0.50"), start_time="11:00", end_time="13:00"),
    element(price("FLAT", "1.00")),
    element(price("ENERGY", "0.30"), start_time="13:00", end_time="14:00"),
)


def test_a_moment_without_a_price_is_free():
    """Before 11:00 only a fee is due, and after 14:00 again."""
    assert (
        CurveStep(MORNING, Decimal(0)),
        CurveStep(MORNING + HOUR, Decimal("0.50")),
        CurveStep(MORNING + 3 * HOUR, Decimal("0.30")),
        CurveStep(MORNING + 4 * HOUR, Decimal(0)),
    ) == price_curve(DAY, MORNING, MORNING + 6 * HOUR, AMSTERDAM, VAT)


def test_the_end_is_excluded():
    """The change at 13:00 is no step of a curve until 13:00."""
    steps = price_curve(DAY, MORNING, MORNING + 3 * HOUR, AMSTERDAM, VAT)

    assert [MORNING, MORNING + HOUR] == [step.start for step in steps]


def test_a_curve_ends_before_the_changes_of_its_last_day():
    """Until 12:30 there is one change, though the day has more."""
    until = MORNING + timedelta(hours=2, minutes=30)

    assert 2 == len(price_curve(DAY, MORNING, until, AMSTERDAM, VAT))


def test_the_country_s_vat_is_in_the_price():
    """0.50 and 21 % of it."""
    net = plan(element(price("ENERGY", "0.50")), tax_included="NO")

    assert (CurveStep(MORNING, Decimal("0.605")),) == price_curve(
        net, MORNING, MORNING + HOUR, AMSTERDAM, VAT
    )


def test_a_curve_of_days_has_the_changes_of_each():
    """Three a day, for two days and an hour."""
    steps = price_curve(DAY, MORNING, MORNING + 49 * HOUR, AMSTERDAM, VAT)

    assert [0, 1, 3, 4, 25, 27, 28] == [
        (step.start - MORNING) // timedelta(hours=1) for step in steps
    ]
