"""A period in the engine's whole numbers, and cut in two."""

from datetime import timedelta
from decimal import Decimal

from app.pricing.tariffs.engine import Period
from app.pricing.tariffs.engine.spans import Span, spans_of
from tests.pricing.builders import at

START = at("2026-01-16T10:00")


def test_a_cut_shares_every_volume_by_time():
    """A third of everything, rounded down, and the rest; power and tariff stay."""
    span = Span(100, 400, 10, 20, 30, 40, (1, 2), (3, 4), 5)

    assert (
        Span(100, 200, 3, 6, 10, 13, (1, 2), (3, 4), 5),
        Span(200, 400, 7, 14, 20, 27, (1, 2), (3, 4), 5),
    ) == span.cut(200)


def test_energy_that_is_not_stated_stays_so():
    """Nothing is not zero: the average power of a part is unknown as well."""
    first, rest = Span(0, 2).cut(1)

    assert (None, None) == (first.energy, rest.energy)


def test_a_period_is_a_reservation_when_nothing_else_happened():
    """Reserved time with energy, charging or parking is charging, too."""
    assert Span(0, 2, reserved=1).is_reservation
    assert Span(0, 2, 0, reserved=1).is_reservation
    for other in ({"energy": 1}, {"time": 1}, {"parking": 1}, {"reserved": None}):
        assert not Span(0, 2, **{"reserved": 1, **other}).is_reservation


def test_periods_become_spans_that_follow_one_another():
    """Energy and power in nano, time in microseconds; the last one ends with the session."""
    hour = timedelta(hours=1)
    first = Period(START, Decimal("1.5"), time=hour, min_power=Decimal(3), max_current=Decimal(16))
    second = Period(START + hour, parking=hour, reserved=hour / 2)

    spans = spans_of((first, second), START + 3 * hour)

    begun, h = spans.start[0], 3_600_000_000
    assert [
        Span(
            begun, begun + h, 1_500_000_000, h, 0, None, (3_000_000_000, None), (None, 16 * 10**9)
        ),
        Span(begun + h, begun + 3 * h, None, 0, h, h // 2),
    ] == spans.each()
