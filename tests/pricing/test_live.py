"""The meter of a session under way, and how far an amount still goes."""

from datetime import timedelta
from decimal import Decimal

from app.pricing.tariffs.engine import LiveMeter, Running, Sample
from tests.pricing.builders import AMSTERDAM, VAT, at, element, eur, plan, price

START = at("2026-01-15T21:30")  # 22:30 in Amsterdam
NIGHT = plan(
    element(price("ENERGY", "0.25"), start_time="23:00", end_time="07:00"),
    element(price("ENERGY", "0.45"), price("FLAT", "1.00")),
)


def _meter(*elements: dict[str, object], **fields: object) -> LiveMeter:
    return LiveMeter(plan(*elements, **fields), START, AMSTERDAM, VAT)


def _feed(meter: LiveMeter, minutes: int, kwh: str) -> Running:
    return meter.feed(Sample(START + timedelta(minutes=minutes), Decimal(kwh)))


def test_the_page_shows_cost_price_and_next_change():
    """Before 23:00 the day price holds, and the change is announced."""
    running = _feed(LiveMeter(NIGHT, START, AMSTERDAM, VAT), 15, "5")

    # 1.00 + 5 x 0.45
    assert eur("3.25") == running.cost
    assert [("kwh", Decimal("0.45")), ("session", Decimal(1))] == [
        (now.unit.value, now.price) for now in running.price_now
    ]
    assert at("2026-01-15T22:00") == running.next_change


def test_after_the_change_the_new_price_is_shown():
    """At 23:00 sharp the night price holds, until 07:00."""
    running = _feed(LiveMeter(NIGHT, START, AMSTERDAM, VAT), 30, "10")

    assert eur("5.50") == running.cost
    assert Decimal("0.25") == running.price_now[0].price
    assert at("2026-01-16T06:00") == running.next_change


def test_the_end_of_a_free_band_is_announced():
    """A change by energy is shown as the kWh at which it comes."""
    running = _feed(_meter(element(price("ENERGY", "0.60"), min_kwh=5)), 5, "2")

    assert (eur("0.00"), Decimal(5), ()) == (
        running.cost,
        running.next_change_kwh,
        running.price_now,
    )


def test_the_end_of_a_grace_period_is_announced():
    """A change by duration is shown as the instant at which it comes."""
    running = _feed(_meter(element(price("PARKING_TIME", "6.00"), min_duration=3600)), 5, "2")

    assert START + timedelta(hours=1) == running.next_change


def test_the_fixed_price_is_due_at_once():
    """Before the first sample a session costs its start fee."""
    assert eur("1.00") == LiveMeter(NIGHT, START, AMSTERDAM, VAT).running().cost


def test_seconds_left_follow_the_prices_ahead():
    """At 20 kW from 22:30: 10 kWh at 0.45 until 23:00, then at 0.25."""
    meter = LiveMeter(NIGHT, START, AMSTERDAM, VAT)

    # 10.00 - 1.00 - 4.50 = 4.50, which buys 18 kWh at 0.25: 54 minutes after 23:00, less what
    # the last watt-hour may be rounded up by (1 Wh at 20 kW is 0.18 s).
    assert (30 + 54) * 60 - 1 == meter.seconds_left(eur("10.00"), Decimal(20))


def test_seconds_left_count_the_price_of_time():
    """A car that draws nothing uses the amount up by the minute."""
    meter = _meter(element(price("TIME", "6.00")))

    # 2.00 at 0.10 a minute is 20 minutes, less the second that may be rounded up.
    assert 20 * 60 - 1 == meter.seconds_left(eur("2.00"), Decimal(0))


def test_seconds_left_take_the_dearer_of_charging_and_waiting():
    """A car that stops drawing power must not pass the amount by its parking."""
    meter = _meter(element(price("TIME", "0.60"), price("PARKING_TIME", "6.00")))

    # 2.00 at 0.10 a minute, less the second by which parking, and charging, may be rounded up
    left = meter.seconds_left(eur("2.00"), Decimal(11))

    assert 20 * 60 - 2 == left


def test_seconds_left_stop_before_a_fee_that_comes_later():
    """A fixed price after an hour counts as soon as it is due."""
    meter = _meter(element(price("FLAT", "5.00"), min_duration=3600))

    assert 3600 == meter.seconds_left(eur("4.00"), Decimal(11))
    assert meter.seconds_left(eur("5.00"), Decimal(11)) is None


def test_a_change_far_ahead_is_announced_when_it_comes_near():
    """No further than a week ahead is looked, and looked again every day."""
    meter = _meter(
        element(price("ENERGY", "0.30"), start_date="2026-01-26"), element(price("ENERGY", "0.45"))
    )

    far, near = _feed(meter, 5, "1"), _feed(meter, 4 * 24 * 60, "2")

    assert (None, at("2026-01-25T23:00")) == (far.next_change, near.next_change)


def test_energy_left_takes_bands_into_account():
    """5 kWh are free, and the rest of the amount is at 0.50."""
    meter = _meter(element(price("ENERGY", "0.50"), min_kwh=5))
    _feed(meter, 5, "2")

    # 3 free kWh and 10.00 / 0.50, less the watt-hour that may be rounded up
    assert Decimal("22.999") == meter.energy_left(eur("10.00"))


def test_a_free_or_capped_session_never_uses_an_amount_up():
    """None says that no limit is needed."""
    free = _meter(element(price("ENERGY", "0")))
    capped = _meter(element(price("ENERGY", "0.50")), max_price={"after_taxes": 10})

    for meter in (free, capped):
        assert meter.energy_left(eur("10.00")) is None
        assert meter.seconds_left(eur("10.00"), Decimal(22)) is None


def test_nothing_is_left_when_the_amount_is_passed():
    """A stop is due at once."""
    meter = _meter(element(price("ENERGY", "0.50")))
    _feed(meter, 30, "25")

    assert (0, Decimal(0)) == (
        meter.seconds_left(eur("10.00"), Decimal(22)),
        meter.energy_left(eur("10.00")),
    )


def test_energy_left_is_rounded_down_to_the_watt_hour():
    """1.00 at 0.30 buys 3.3333 kWh; a watt-hour less may be rounded up: 3.3323, so 3.332."""
    meter = _meter(element(price("ENERGY", "0.30")))

    assert "3.332" == str(meter.energy_left(eur("1.00")))
    # 1.00 at 0.35 is 2.857142: 2.856142
    assert "2.856" == str(_meter(element(price("ENERGY", "0.35"))).energy_left(eur("1.00")))


def test_no_power_uses_no_energy():
    """A session that draws nothing never uses an amount up by its kWh."""
    meter = _meter(element(price("ENERGY", "0.50")))

    assert meter.seconds_left(eur("10.00"), Decimal(0)) is None
    assert meter.seconds_left(eur("10.00"), Decimal(-7)) is None
