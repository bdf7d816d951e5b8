"""Readings that must not be passed over and quantities that must not be lost, by hand."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.pricing.tariffs.compiled.calendar import Calendar, Window, zone
from app.pricing.tariffs.compiled.policy import FlatPer, Policy
from app.pricing.tariffs.compiled.units import decimal, instant, micros
from app.pricing.tariffs.engine import Priced, Sample, compile_tariff, price_samples
from app.pricing.tariffs.engine.meter import split_samples
from app.pricing.tariffs.engine.result import LineKind
from tests.pricing.builders import (
    AMSTERDAM,
    VAT,
    at,
    billed,
    element,
    eur,
    plan,
    price,
    price_of,
    samples,
    tariff,
)

PARKING = element(price("TIME", "6.00"), price("PARKING_TIME", "60.00"))
# Dear from 100 kW on, which are 1 kWh in 36 seconds.
FAST = plan(element(price("ENERGY", "2.00"), min_power=100), element(price("ENERGY", "1.00")))
DAY, SECOND = 86_400_000_000, 1_000_000


def under(policy: Policy, *elements: dict, **fields: object):
    """The plan of a tariff under another policy."""
    return compile_tariff(tariff(*elements, **fields), policy)


def every_36_seconds(*kwh: str) -> list[Sample]:
    """Samples in steps of 36 seconds."""
    start = at("2026-01-15T10:00")
    step = at("2026-01-15T10:00:36") - start
    return [Sample(start + number * step, Decimal(each)) for number, each in enumerate(kwh)]


def test_a_car_that_asks_no_more_is_parked_from_then_on():
    """A coarse register moves in neither quarter; in the first one the car asked for power."""
    rows = [
        Sample(at("2026-01-15T10:00"), Decimal(0)),
        Sample(at("2026-01-15T10:15"), Decimal(0), requesting=True),
        Sample(at("2026-01-15T10:30"), Decimal(0)),
    ]
    assert [("TIME", "15"), ("PARKING_TIME", "15")] == billed(price_of(plan(PARKING), rows))


def test_the_power_at_which_a_car_asks_is_the_limit_itself():
    """0.1 kW is asking, a watt less is not."""
    for kw, kind in (("0.1", "TIME"), ("0.099", "PARKING_TIME")):
        rows = [
            Sample(at("2026-01-15T10:00"), Decimal(0)),
            Sample(at("2026-01-15T10:15"), Decimal(0), Decimal(kw)),
        ]
        assert [(kind, "15")] == billed(price_of(plan(PARKING), rows))


def test_a_reading_out_of_order_is_not_gone_back_to():
    """That of 10:15 comes after that of 10:30, with the same energy: it is noted, time stays."""
    rows = samples(("2026-01-15T10:00", "0"), ("2026-01-15T10:30", "9"), ("2026-01-15T10:15", "9"))
    found = price_samples(
        plan(element(price("TIME", "6.00"))), rows, AMSTERDAM, at("2026-01-15T10:30"), VAT
    )

    assert [("TIME", "30")] == billed(found)
    assert ("sample_out_of_order",) == found.notes


def test_a_stretch_a_hair_below_the_threshold_is_below_it():
    """1.1 kWh in 36 s are 110 kW; a billionth of a kWh less than 1 kWh is less than 100 kW."""
    found = price_of(FAST, every_36_seconds("0", "1.1", "2.2", "3.199999999"))

    assert [(Decimal("2.2"), 2), (Decimal("0.999999999"), 1)] == exact_energies(found)


def test_a_stretch_at_the_threshold_is_above_it():
    """0.9 kWh in 36 s are 90 kW; 1 kWh is 100 kW, and dear."""
    found = price_of(FAST, every_36_seconds("0", "0.9", "1.8", "2.8"))

    assert [(Decimal("1.8"), 1), (Decimal(1), 2)] == exact_energies(found)


def exact_energies(priced: Priced) -> list[tuple[Decimal, int]]:
    """The energy of each charge in kWh, and its price in euros."""
    charges = priced._bill.charges
    return [(Decimal(one.measured).scaleb(-9), int(one.component.price)) for one in charges]


def test_a_reading_before_a_price_change_says_what_came_before_it():
    """All ten kWh came before 23:00, whatever the straight line to 23:10 says."""
    night = plan(
        element(price("ENERGY", "0.20"), start_time="23:00", end_time="06:00"),
        element(price("ENERGY", "0.40")),
    )
    rows = samples(
        ("2026-01-15T21:50", "0"),
        ("2026-01-15T21:55", "10"),
        ("2026-01-15T22:05", "10"),
        ("2026-01-15T22:10", "10"),
    )
    assert eur("4.00") == price_of(night, rows).gross


def test_a_reading_at_a_price_change_begins_a_period():
    """The reading of 23:00 sharp ends the day's price; what follows starts then."""
    night = plan(
        element(price("ENERGY", "0.20"), start_time="23:00", end_time="06:00"),
        element(price("ENERGY", "0.40")),
    )
    rows = samples(
        ("2026-01-15T21:30", "0"),
        ("2026-01-15T22:00", "5"),
        ("2026-01-15T22:15", "7"),
        ("2026-01-15T22:30", "9"),
    )
    periods = split_samples(night, rows, AMSTERDAM)

    assert [(at("2026-01-15T21:30"), Decimal(5)), (at("2026-01-15T22:00"), Decimal(4))] == [
        (period.start, period.energy_kwh) for period in periods
    ]


def test_time_after_the_last_kwh_of_a_band_is_of_the_next_band():
    """An hour to exactly 10 kWh at 6.00, and an hour of waiting there at 60.00."""
    band = plan(element(price("TIME", "6.00"), max_kwh=10), element(price("TIME", "60.00")))
    rows = samples(
        ("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "10"), ("2026-01-15T12:00", "10")
    )

    assert eur("66.00") == price_of(band, rows).gross


def test_readings_that_end_early_count_up_to_the_last():
    """Four readings of one price; the session ends a quarter of an hour after the last."""
    rows = samples(*((f"2026-01-15T10:{minute:02}", str(minute)) for minute in (0, 5, 10, 15)))
    found = price_samples(
        plan(element(price("ENERGY", "1.00"))), rows, AMSTERDAM, at("2026-01-15T10:30"), VAT
    )

    assert (eur("15.00"), ("end_not_measured",)) == (found.gross, found.notes)


def test_a_current_that_nobody_measures_is_noted():
    """Energy says nothing of amperes, so the restriction holds, and that is said."""
    found = price_of(
        plan(element(price("ENERGY", "1.00"), max_current=32)),
        samples(("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "1")),
    )

    assert (eur("1.00"), ("current_unknown",)) == (found.gross, found.notes)


def test_each_element_has_its_fixed_price_where_the_policy_says_so():
    """1.00 until 23:00 and 2.00 after it: 3.00 in all, and only the first one by default."""
    elements = (
        element(price("FLAT", "2.00"), start_time="23:00", end_time="06:00"),
        element(price("FLAT", "1.00")),
    )
    rows = samples(("2026-01-15T21:30", "0"), ("2026-01-15T22:30", "0"))

    assert eur("3.00") == price_of(under(Policy(flat_per=FlatPer.ELEMENT), *elements), rows).gross
    assert eur("1.00") == price_of(plan(*elements), rows).gross


@pytest.mark.parametrize(
    ("free", "kwh", "expected"),
    [
        # 1.3 kWh free in two stretches and 1 kWh priced are 2.3: 3 kWh, of which 1.7 are billed.
        (("0.6", "0.7"), "1", "1.7"),
        # Nothing free: the kWh is whole already.
        ((), "1", "1"),
        # A billionth of a kWh is rounded up as well.
        ((), "0.000000001", "1"),
    ],
)
def test_steps_count_what_was_free_where_the_policy_says_so(
    free: tuple[str, ...], kwh: str, expected: str
):
    """Whole kWh: what no price was for counts, every stretch of it."""
    found = under(
        Policy(steps_count_unpriced=True),
        element(price("ENERGY", "1.00", step=1000), start_time="12:00"),
    )
    rows, total = [Sample(at("2026-01-15T10:00"), Decimal(0))], Decimal(0)
    # The readings at 10:20 and 10:40 lie on no straight line, so each is a stretch.
    for number, each in enumerate(free, start=1):
        total += Decimal(each)
        rows.append(Sample(at(f"2026-01-15T10:{number * 20}"), total))
    rows.append(Sample(at("2026-01-15T11:00"), total))
    rows.append(Sample(at("2026-01-15T12:00"), total + Decimal(kwh)))

    assert [("ENERGY", expected)] == billed(price_of(found, rows))


def test_a_minimum_after_taxes_on_nothing():
    """Nothing was used; 1.21 incl. VAT are 1.00 without it."""
    found = price_of(
        plan(
            element(price("ENERGY", "0.50", vat="21")), min_price={"after_taxes": Decimal("1.21")}
        ),
        samples(("2026-01-15T10:00", "0"), ("2026-01-15T10:10", "0")),
    )
    exact = found.exact

    assert (1, Decimal("1.21")) == (
        exact.net_scaled / exact.scale,
        decimal(exact.gross_scaled, exact.scale),
    )


def test_a_minimum_before_taxes_without_any_rate():
    """Nobody knows a rate, so both sides are the same."""
    fields = {"min_price": {"before_taxes": 2}, "tax_included": "NO"}
    found = plan(element(price("ENERGY", "0.50")), **fields)
    rows = samples(("2026-01-15T10:00", "0"), ("2026-01-15T10:10", "0"))
    priced = price_samples(found, rows, AMSTERDAM, rows[-1].at, None)

    assert (eur("2.00"), eur("2.00")) == (priced.net, priced.gross)


def test_a_minimum_after_taxes_says_nothing_of_the_net():
    """10 kWh at 1.21 are 12.10 with 2.10 of VAT: the minimum of 12.10 is reached."""
    found = plan(
        element(price("ENERGY", "1.21", vat="21"), {**price("PARKING_TIME", "6.00"), "vat": 0}),
        min_price={"after_taxes": Decimal("12.10")},
    )
    priced = price_of(found, samples(("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "10")))

    assert (eur("10.00"), eur("12.10")) == (priced.net, priced.gross)
    assert LineKind.MIN_PRICE not in [line.kind for line in priced.lines]


def test_long_numbers_keep_their_digits():
    """Shortening takes zeros away and nothing else."""
    assert Decimal("12345678901234567890.5") == decimal(123456789012345678905, 10)


def changes(window: Window, name: str, when: str) -> datetime:
    """Until when the calendar says that its answer at *when* holds."""
    return instant(Calendar((window,), zone(name)).at(micros(at(when)))[1])


def test_an_evening_window_of_america_ends_on_the_next_day_of_utc():
    """21:00 in New York is 02:00 in UTC."""
    assert at("2026-01-16T02:00") == changes(
        Window(end_second=21 * 3600), "America/New_York", "2026-01-16T00:30"
    )


def test_a_friday_night_ends_at_midnight_sharp():
    """22:00 to 06:00 on Fridays: 23:00 in UTC is midnight in Amsterdam."""
    friday = Window(start_second=22 * 3600, end_second=6 * 3600, weekdays=frozenset({4}))

    assert at("2026-01-16T23:00") == changes(friday, AMSTERDAM, "2026-01-16T22:30")


def test_a_night_does_not_open_on_the_day_on_which_its_dates_end():
    """It belongs to the day on which it opened: the last one is the day before, until 06:00."""
    night = Window(
        start_second=22 * 3600,
        end_second=6 * 3600,
        end_date=datetime(2026, 1, 17, tzinfo=UTC).date(),
        carries=True,
    )
    calendar = Calendar((night,), zone("UTC"))
    open_at = [
        calendar.at(micros(at(when)))[0]
        for when in ("2026-01-16T23:00", "2026-01-17T02:00", "2026-01-17T23:00")
    ]

    assert [1, 1, 0] == open_at


def test_changes_are_told_within_the_days_that_were_asked_for():
    """Open until noon: within a day from midnight that is the only change."""
    calendar = Calendar((Window(end_second=12 * 3600),), zone("UTC"))
    midnight = micros(at("2026-01-16T00:00"))

    assert [(midnight + DAY // 2, 0)] == list(calendar.changes(midnight, days=1))
