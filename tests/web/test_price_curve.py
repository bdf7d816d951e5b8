"""The curve of the day's prices: its drawing in numbers, and what it says in words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from app.directpay.prices.views import CurvePoint
from app.infra.i18n import speaking
from app.pricing.tariffs.dynamic.model import Lock
from app.web.drawing.price_curve import HEIGHT, WIDTH, price_curve
from app.web.words.curve import curve_words, lock_words
from tests.browser.samples import DYNAMIC_PRICE, SCAN

MIDNIGHT = datetime(2026, 11, 21, 23, tzinfo=UTC)  # of Sunday, in Amsterdam
DAY = timedelta(days=1)
ZONE = "Europe/Amsterdam"


def points(*prices: str, step: timedelta = DAY / 4) -> tuple[CurvePoint, ...]:
    """Steps of a quarter of a day."""
    return tuple(
        CurvePoint(MIDNIGHT + number * step, Decimal(price)) for number, price in enumerate(prices)
    )


def test_a_curve_is_steps_above_nothing():
    """0.20 and 0.40 below an axis that ends at 0.40, the second one now."""
    drawn = price_curve(
        points("0.20", "0.40"), MIDNIGHT + DAY, MIDNIGHT + DAY / 4, [MIDNIGHT, MIDNIGHT + DAY]
    )

    half, quarter = HEIGHT // 2, WIDTH // 4
    assert f"M0 {half}V{half}H{quarter}V0H{WIDTH}" == drawn.line
    assert f"{drawn.line}V{HEIGHT}H0Z" == drawn.area
    assert f"M{quarter} 0H{WIDTH}V{HEIGHT}H{quarter}Z" == drawn.now
    assert f"M0 {HEIGHT}H{WIDTH}" == drawn.axis


def test_a_negative_price_lies_below_the_axis():
    """From 0.20 down to -0.20 the line of nothing is in the middle; midnight has its line."""
    days = [MIDNIGHT, MIDNIGHT + DAY, MIDNIGHT + 2 * DAY]
    drawn = price_curve(points("0.20", "-0.20"), MIDNIGHT + DAY, None, days)

    assert drawn.line.endswith(f"V{HEIGHT}H{WIDTH // 2}")
    assert f"M0 {HEIGHT // 2}H{WIDTH}M{WIDTH // 2} 0V{HEIGHT}" == drawn.axis
    assert "" == drawn.now


def test_the_words_tell_what_the_curve_shows():
    """Lowest and highest from now on, and every hour from now on, with its range."""
    with speaking("en"):
        words = curve_words(DYNAMIC_PRICE, ZONE)

    assert words is not None
    assert "Lowest: €0.20 at Mon\N{NO-BREAK SPACE}12:00." in words.extremes
    assert ("Sun", "12:00", "Mon", "12:00", "Tue") == words.ticks
    assert 34 == len(words.hours)
    assert ("Sun\N{NO-BREAK SPACE}14:00", "€0.22 – €0.2275") == words.hours[0]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(datetime(2026, 3, 28, 23, tzinfo=UTC), 23), (datetime(2026, 10, 24, 22, tzinfo=UTC), 25)],
)
def test_a_day_on_which_clocks_change_has_its_hours(day: datetime, hours: int):
    """23 or 25, up to the next midnight."""
    price = msgspec.structs.replace(
        DYNAMIC_PRICE,
        curve=(CurvePoint(day, Decimal("0.30")),),
        curve_until=day + timedelta(hours=hours),
        curve_now=day,
    )
    with speaking("nl"):
        words = curve_words(price, ZONE)

    assert words is not None
    assert hours == len(words.hours)
    assert ("zo", "ma") == (words.ticks[0], words.ticks[-1])


def test_without_known_prices_there_is_no_curve():
    """Of a static tariff, and of a series that knows nothing from now on."""
    assert curve_words(SCAN.price, ZONE) is None
    assert curve_words(msgspec.structs.replace(DYNAMIC_PRICE, curve_until=None), ZONE) is None


def test_the_driver_reads_beforehand_what_the_price_does():
    """That it stays, or that it changes; of a static tariff nothing."""
    live = msgspec.structs.replace(DYNAMIC_PRICE, lock=Lock.LIVE)
    with speaking("en"):
        told = [lock_words(price) for price in (SCAN.price, DYNAMIC_PRICE, live)]

    assert [
        None,
        "The price per kWh stays the same for your whole session.",
        "The price per kWh changes with the time while you charge.",
    ] == told
