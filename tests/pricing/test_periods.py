"""The charging periods of CDRs, ours and those of others."""

from datetime import timedelta
from decimal import Decimal

from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.engine import Period, Priced, price_periods
from tests.pricing.builders import AMSTERDAM, VAT, at, billed, element, eur, plan, price

START = at("2026-01-15T21:30")  # Thursday, 22:30 in Amsterdam
END = START + timedelta(hours=1)
HALF = timedelta(minutes=30)


def _price(found: Plan, *periods: Period, ended_at=END) -> Priced:
    return price_periods(found, periods, AMSTERDAM, ended_at, VAT)


def test_a_period_is_priced_by_what_holds_at_its_start():
    """OCPI wants a new period at every change; one that spans a change is noted, not split."""
    night = plan(
        element(price("ENERGY", "0.25"), start_time="23:00"), element(price("ENERGY", "0.45"))
    )

    long = _price(night, Period(START, energy_kwh=Decimal(20)))
    split = _price(
        night,
        Period(START, energy_kwh=Decimal(10)),
        Period(START + HALF, energy_kwh=Decimal(10)),
    )

    assert (eur("9.00"), ("period_spans_price_change",)) == (long.gross, long.notes)
    assert (eur("7.00"), ()) == (split.gross, split.notes)


def test_min_power_looks_at_the_highest_and_max_power_at_the_lowest_value():
    """From 32 kW on: the period reached 32 kW. Below 32 kW: it was below at some time."""
    fast = plan(element(price("ENERGY", "0.79"), min_power=32), element(price("ENERGY", "0.45")))
    slow = plan(element(price("ENERGY", "0.45"), max_power=32), element(price("ENERGY", "0.79")))
    period = Period(START, energy_kwh=Decimal(10), min_power=Decimal(20), max_power=Decimal(40))

    assert eur("7.90") == _price(fast, period).gross
    assert eur("4.50") == _price(slow, period).gross


def test_an_unknown_power_is_the_average_power():
    """20 kWh in half an hour are 40 kW."""
    found = plan(element(price("ENERGY", "0.79"), min_power=32), element(price("ENERGY", "0.45")))

    priced = _price(found, Period(START, energy_kwh=Decimal(20)), ended_at=START + HALF)

    assert eur("15.80") == priced.gross


def test_a_power_that_cannot_be_known_holds_and_is_noted():
    """A period without energy and power matches, and says so."""
    found = plan(element(price("TIME", "3.00"), min_power=32))

    priced = _price(found, Period(START, time=HALF))

    assert (eur("1.50"), ("power_unknown",)) == (priced.gross, priced.notes)


def test_hours_with_four_decimals_are_taken_as_the_time_that_passed():
    """0.0834 h are 5 minutes: the step of 5 minutes is not passed by 0.24 s."""
    found = plan(element(price("TIME", "6.00", step=300)))
    five = timedelta(minutes=5)
    hours = timedelta(microseconds=round(Decimal("0.0834") * 3_600_000_000))

    priced = _price(found, Period(START, time=hours), ended_at=START + five)

    assert [("TIME", "5")] == billed(priced)
    assert (eur("0.50"), ("time_snapped",)) == (priced.gross, priced.notes)


def test_when_parking_is_billed_only_parking_is_rounded_up():
    """OCPI: the step of TIME is not applied beside PARKING_TIME."""
    found = plan(element(price("TIME", "6.00", step=600), price("PARKING_TIME", "12.00", step=600)))

    priced = _price(
        found,
        Period(START, time=timedelta(minutes=21)),
        Period(START + timedelta(minutes=21), parking=timedelta(minutes=16)),
        ended_at=START + timedelta(minutes=37),
    )

    # 21 x 0.10 + 20 x 0.20
    assert [("TIME", "21"), ("PARKING_TIME", "20")] == billed(priced)
    assert eur("6.10") == priced.gross


def test_energy_fed_back_is_never_rounded_up():
    """A session that gives more than it takes has a negative price and no step."""
    found = plan(element(price("ENERGY", "0.30", step=1000)))

    priced = _price(found, Period(START, energy_kwh=Decimal("-5.5")))

    # -5.5 x 0.30
    assert eur("-1.65") == priced.gross


def test_a_reservation_has_its_own_fee_and_steps():
    """Reserving costs apart from charging; both fixed prices are due."""
    found = plan(
        element(price("FLAT", "2.00"), price("TIME", "6.00", step=600), reservation="RESERVATION"),
        element(price("FLAT", "0.50"), price("ENERGY", "0.40")),
    )

    priced = _price(
        found,
        Period(START, reserved=timedelta(minutes=22)),
        Period(START + timedelta(minutes=22), energy_kwh=Decimal(10)),
    )

    # 2.00 + 30 min x 0.10 + 0.50 + 10 x 0.40
    assert eur("9.50") == priced.gross
    assert [("ENERGY", False), ("TIME", True), ("FLAT", True), ("FLAT", False)] == [
        (line.kind.value, line.reserved) for line in priced.lines
    ]


def test_a_reservation_that_expired_has_its_own_price():
    """The price of an expired reservation goes before that of a reservation."""
    found = plan(
        element(price("TIME", "6.00"), reservation="RESERVATION"),
        element(price("FLAT", "4.00"), price("TIME", "9.00"), reservation="RESERVATION_EXPIRES"),
        element(price("FLAT", "0.50"), price("ENERGY", "0.40")),
    )

    expired = _price(found, Period(START, reserved=timedelta(hours=1)))
    used = _price(
        found,
        Period(START, reserved=timedelta(minutes=30)),
        Period(START + HALF, energy_kwh=Decimal(1)),
    )

    # 4.00 + 9.00; 30 min x 0.10 + 0.50 + 0.40
    assert (eur("13.00"), eur("3.90")) == (expired.gross, used.gross)


def test_the_grace_period_ends_for_a_later_period():
    """Parking is priced in the period that starts half an hour after the first one."""
    found = plan(
        element(price("PARKING_TIME", "6.00"), min_duration=1800), element(price("ENERGY", "0.40"))
    )

    priced = _price(
        found,
        Period(START, energy_kwh=Decimal(10), time=HALF),
        Period(START + HALF, parking=timedelta(minutes=20)),
        ended_at=START + timedelta(minutes=50),
    )

    # 10 x 0.40 + 20 min x 0.10
    assert eur("6.00") == priced.gross


def test_duration_counts_from_the_start_of_charging():
    """A reservation before it does not use up the grace period."""
    found = plan(
        element(price("PARKING_TIME", "6.00"), min_duration=1800), element(price("ENERGY", "0.40"))
    )

    priced = _price(
        found,
        Period(START, reserved=timedelta(minutes=30)),
        Period(START + HALF, parking=timedelta(minutes=20)),
        ended_at=START + timedelta(minutes=50),
    )

    assert eur("0.00") == priced.gross


def test_a_cdr_without_periods_costs_nothing():
    """Nothing happened."""
    assert eur("0.00") == _price(plan(element(price("FLAT", "1.00")))).gross
