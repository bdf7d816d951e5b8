"""How far an amount goes, to the microsecond and the watt-hour: numbers worked out by hand."""

from decimal import Decimal

from app.kernel.money import Money
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.engine import LiveMeter, Sample
from app.pricing.tariffs.engine.forecast import charging_at
from tests.pricing.builders import AMSTERDAM, at, element, eur, plan, price

SECOND = 1_000_000
START = "2026-01-16T09:30"  # 10:30 in Amsterdam
KWH = 10**9


def by_time(amount: str, **restrictions: object) -> dict[str, object]:
    """A price per hour, in steps of nothing."""
    return element(price("TIME", amount, step=0), **restrictions)


def by_energy(amount: str, step: int = 0, **restrictions: object) -> dict[str, object]:
    """A price per kWh."""
    return element(price("ENERGY", amount, step=step), **restrictions)


def meter(found: Plan, *rows: tuple[str, str]) -> LiveMeter:
    """A session from 10:30 on, with these samples of (time in UTC, kWh)."""
    started = LiveMeter(found, at(START), AMSTERDAM, Decimal(21))
    for clock, kwh in rows:
        started.feed(Sample(at(f"2026-01-16T{clock}"), Decimal(kwh)))
    return started


def micros_left(found: LiveMeter, amount: Money, kw: int = 0) -> int | None:
    """The microseconds that are left, which `seconds_left` rounds down."""
    return found._forecast().steps_until(amount, charging_at(kw * KWH))


def test_every_change_of_price_on_the_way_counts():
    """20.00 are 30 min at 6.00, an hour at 12.00, and 5.00 at 7.00: 42 6/7 min."""
    found = meter(
        plan(by_time("6", end_time="11:00"), by_time("12", end_time="12:00"), by_time("7"))
    )

    # 5/7 of an hour are 2571.428571 and 3/7 s
    assert 5400 * SECOND + 2_571_428_571 == micros_left(found, eur("20.00"))
    assert 5400 + 2571 == found.seconds_left(eur("20.00"), Decimal(0))


def test_a_fee_that_falls_due_on_the_way_is_kept_back():
    """3.00 until 11:00, then a fee of 1.00: of 10.00 the other 6.00 are an hour."""
    fee = element(price("FLAT", "1.00"), start_time="11:00")
    found = meter(plan(fee, by_time("6")))

    assert (1800 + 3600) * SECOND == micros_left(found, eur("10.00"))


def test_an_amount_that_is_used_up_where_it_becomes_free_is_never_exceeded():
    """3.00 for half an hour, and nothing after it; a cent less is used up 6 s before."""
    found = meter(plan(by_time("6", max_duration=1800)))

    assert micros_left(found, eur("3.00")) is None
    assert 1794 * SECOND == micros_left(found, eur("2.99"))


def test_an_amount_of_a_currency_without_cents_is_whole():
    """1,000 at 600 an hour are 100 minutes."""
    found = meter(plan(by_time("600"), currency="JPY"))

    assert 6000 * SECOND == micros_left(found, Money(1000, "JPY"))


def test_a_minimum_that_is_just_reached_leaves_what_it_pays_for():
    """A minimum of 5.00 is held already: 10 kWh at 0.50. Below it nothing may be used."""
    found = meter(plan(by_energy("0.50"), min_price={"after_taxes": 5}))

    assert Decimal(10) == found.energy_left(eur("5.00"))
    assert 0 == micros_left(found, eur("4.99"), kw=11)


def test_energy_at_once_has_the_price_of_the_power_that_is_drawn():
    """At 22 kW a kWh costs 0.79: 11 kWh are used, of 15.80 the other 9."""
    found = meter(plan(by_energy("0.79", min_power=20), by_energy("0.40")), ("10:00", "11"))

    assert Decimal(9) == found.energy_left(eur("15.80"))


def test_the_way_ahead_has_the_price_of_its_own_power():
    """At 10 kW a kWh costs 0.40: 4.00 are an hour, though 22 kW were drawn before."""
    dear = plan(by_energy("0.79", min_power=20), by_energy("0.40"))

    assert 3600 * SECOND == micros_left(meter(dear), eur("4.00"), kw=10)
    # 11 kWh at 0.79 are 8.69, and 4.00 more
    assert 3600 * SECOND == micros_left(meter(dear, ("10:00", "11")), eur("12.69"), kw=10)


def test_a_threshold_of_energy_is_reached_in_its_microsecond():
    """10 kWh at 7 kW take 10/7 h, at 0.50: 5.00; from there 3.50 are 2 kWh at 1.75."""
    found = meter(plan(by_energy("0.50", max_kwh=10), by_energy("1.75")))

    # 12/7 h; the threshold is passed by less than a microsecond's energy at the dearer price
    left = micros_left(found, eur("8.50"), kw=7)
    assert left is not None
    assert 0 <= 6_171_428_571 - left <= 1
    assert Decimal(12) == found.energy_left(eur("8.50"))


def test_what_a_step_may_still_add_is_set_aside():
    """Steps of 1 kWh at 0.50: all but a nano-kilowatt-hour of one is kept back of 5.50."""
    found = meter(plan(by_energy("0.50", step=1000)))

    assert Decimal(10) == found.energy_left(eur("5.50"))
    # 5.50 - (10**9 - 1) x 0.50 per 10**9 leaves 10 kWh and a nano-kilowatt-hour at 1 kW
    assert 36_000_000_003 == micros_left(found, eur("5.50"), kw=1)


def test_the_steps_of_the_last_price_may_still_be_billed():
    """A kWh at 0.50 in steps of 5 before 11:00, then 0.20 in no steps: 2.50 are set aside."""
    found = meter(
        plan(by_energy("0.50", step=5000, end_time="11:00"), by_energy("0.20")),
        ("10:00", "1"),
        ("10:30", "1"),
    )

    # 0.50 are spent and almost 2.50 set aside: of 4.00 the last 1.00 are 5 kWh
    assert Decimal(5) == found.energy_left(eur("4.00"))


def test_the_steps_of_the_last_time_may_still_be_billed():
    """Half an hour at 6.00 in steps of 10 min, then 3.00 an hour: a minute short of 1.00."""
    dear = element(price("TIME", "6.00", step=600), end_time="11:00")
    found = meter(plan(dear, by_time("3")), ("10:00", "0"), ("10:00", "0"))

    # 3.00 are spent and almost 1.00 set aside: of 5.50 the last 1.50 are half an hour
    assert 1800 * SECOND <= (micros_left(found, eur("5.50")) or 0) < 1801 * SECOND


def test_the_steps_of_the_last_parking_may_still_be_billed():
    """The same, parked: nothing flows, and parking has its price."""
    dear = element(price("PARKING_TIME", "6.00", step=600), end_time="11:00")
    cheap = element(price("PARKING_TIME", "3.00", step=0))
    found = meter(plan(dear, cheap), ("10:00", "0"))

    assert 1800 * SECOND <= (micros_left(found, eur("5.50")) or 0) < 1801 * SECOND
