"""Every choice of the policy: what another value than the default changes."""

import dataclasses
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.pricing.tariffs.compiled.policy import (
    Bounds,
    FlatPer,
    Limits,
    Spanning,
    UnknownPower,
    WeekdayOf,
)
from app.pricing.tariffs.engine import (
    Period,
    Policy,
    Sample,
    compile_tariff,
    compile_tariffs,
    price_periods,
    price_samples,
    price_spans,
)
from app.pricing.tariffs.engine.spans import spans_of
from app.pricing.tariffs.errors import EnergyFedBack
from tests.pricing.builders import at, element, price, tariff

TEN = Decimal(10)
FRIDAY = at("2026-01-16T10:00")
NIGHT = at("2026-01-17T02:00")  # a Saturday
HOUR = timedelta(hours=1)
HALF = timedelta(minutes=30)


def dear(**restrictions: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """An element at 1.00 per kWh under restrictions, else 0.10."""
    return element(price("ENERGY", "1.00"), **restrictions), element(price("ENERGY", "0.10"))


RESERVED = element(
    price("FLAT", "2.00"), price("TIME", "6.00", step=600), reservation="RESERVATION"
)
CHARGED = element(price("FLAT", "1.00"), price("TIME", "6.00", step=600))
TWO_SPANS = (Period(FRIDAY, energy_kwh=TEN), Period(FRIDAY + HOUR, energy_kwh=TEN))
RESERVATION = (
    Period(FRIDAY, reserved=timedelta(minutes=5)),
    Period(FRIDAY + timedelta(minutes=5), time=timedelta(minutes=5)),
)

# Per field: the elements, the tariff's fields, the periods, when the session ends, the price with
# the default, another value and the price with it. Prices include VAT.
CHOICES: dict[str, tuple[Any, ...]] = {
    "equal_times_are_whole_day": (
        dear(start_time="08:00", end_time="08:00"),
        (Period(FRIDAY, energy_kwh=TEN),),
        FRIDAY + HOUR,
        ("10.00", False, "1.00"),
    ),
    "midnight_ends_the_day": (
        dear(end_time="00:00"),
        (Period(FRIDAY, energy_kwh=TEN),),
        FRIDAY + HOUR,
        ("10.00", False, "1.00"),
    ),
    "weekday_of": (
        dear(start_time="22:00", end_time="06:00", day_of_week=["FRIDAY"]),
        (Period(NIGHT, energy_kwh=TEN),),
        NIGHT + HOUR,
        ("1.00", WeekdayOf.OPENING, "10.00"),
    ),
    "flat_per": (
        (RESERVED, CHARGED),
        RESERVATION,
        FRIDAY + timedelta(minutes=10),
        # 2.00 + 10 min x 0.10 + 1.00 + 10 min x 0.10; without the second fee
        ("5.00", FlatPer.SESSION, "4.00"),
    ),
    "steps_count_unpriced": (
        # 2.4 kWh that are paid are 3; with the 2.4 that are free 4.8 are 5: 0.2 more
        (element(price("ENERGY", "1.00", step=1000), max_kwh=2),),
        (
            Period(FRIDAY, energy_kwh=Decimal("2.4")),
            Period(FRIDAY + HOUR, energy_kwh=Decimal("2.4")),
        ),
        FRIDAY + 2 * HOUR,
        ("3.00", True, "2.60"),
    ),
    "steps_time_beside_parking": (
        # 21 min x 0.10 + 10 min x 0.20; 30 min x 0.10 with its step
        (element(price("TIME", "6.00", step=600), price("PARKING_TIME", "12.00", step=600)),),
        (
            Period(FRIDAY, time=timedelta(minutes=21)),
            Period(FRIDAY + timedelta(minutes=21), parking=timedelta(minutes=10)),
        ),
        FRIDAY + timedelta(minutes=31),
        ("4.10", True, "5.00"),
    ),
    "bounds": (
        dear(min_power=32),
        (Period(FRIDAY, energy_kwh=TEN, min_power=Decimal(20), max_power=Decimal(40)),),
        FRIDAY + HOUR,
        ("10.00", Bounds.THROUGHOUT, "1.00"),
    ),
    "unknown_power": (
        dear(min_power=32),
        (Period(FRIDAY, energy_kwh=TEN),),
        FRIDAY + HOUR,
        ("1.00", UnknownPower.HOLDS, "10.00"),
    ),
    "snap_within": (
        # 0.0834 h are 300.24 s: 301 steps of a second
        (element(price("TIME", "36.00")),),
        (Period(FRIDAY, time=timedelta(seconds=300.24)),),
        FRIDAY + timedelta(minutes=5),
        ("3.00", timedelta(0), "3.01"),
    ),
    "infers_time": (
        (element(price("TIME", "6.00")),),
        (Period(FRIDAY, energy_kwh=TEN),),
        FRIDAY + HOUR,
        ("0.00", True, "6.00"),
    ),
    "spanning": (
        # 11:00 in Amsterdam; 30 of 120 minutes lie in the dear window: 5 x 1.00 + 15 x 0.10
        dear(end_time="11:30"),
        (Period(FRIDAY, energy_kwh=Decimal(20)),),
        FRIDAY + 2 * HOUR,
        ("20.00", Spanning.SPLIT, "6.50"),
    ),
    "limits": (
        (element(price("ENERGY", "1.21")),),
        (Period(FRIDAY, energy_kwh=TEN),),
        FRIDAY + HOUR,
        # before taxes 10.00 stay; after them 8.00
        ("8.00", Limits.IGNORED, "12.10"),
    ),
    "expiry_replaces_reservation": (
        # the fee of the reservation stays, or goes with its price
        (RESERVED, element(price("TIME", "12.00"), reservation="RESERVATION_EXPIRES"), CHARGED),
        (Period(FRIDAY, reserved=HOUR),),
        FRIDAY + HOUR,
        ("14.00", False, "12.00"),
    ),
    "reservation_shares_steps": (
        # 2.00 + 1.00 + 10 min + 10 min, or 2.00 + 1.00 + 5 + 5 min
        (RESERVED, CHARGED),
        RESERVATION,
        FRIDAY + timedelta(minutes=10),
        ("5.00", True, "4.00"),
    ),
    "duration_counts_reservation": (
        dear(min_duration=1800),
        (Period(FRIDAY, reserved=HALF), Period(FRIDAY + HALF, energy_kwh=TEN)),
        FRIDAY + HOUR,
        ("1.00", True, "10.00"),
    ),
}


@pytest.mark.parametrize("name", CHOICES)
def test_another_choice_has_another_price(name: str):
    """The default is the note's; the other value does what the page says."""
    elements, rows, end, (usual, value, other) = CHOICES[name]
    limit = {"max_price": {"before_taxes": 10, "after_taxes": 8}} if name == "limits" else {}
    found = tariff(*elements, **limit)

    def cost(policy: Policy) -> str:
        plan = compile_tariff(found, policy)
        priced = price_periods(plan, rows, "Europe/Amsterdam", end, Decimal(21))
        return str(priced.gross.as_decimal())

    assert (usual, other) == (cost(Policy()), cost(Policy(**{name: value})))


def test_each_element_may_have_its_fee():
    """The fee of the morning and that of the afternoon."""
    found = tariff(
        element(price("FLAT", "1.00"), max_duration=3600), element(price("FLAT", "3.00"))
    )
    each = compile_tariff(found, Policy(flat_per=FlatPer.ELEMENT))

    priced = price_periods(each, TWO_SPANS, "UTC", FRIDAY + 2 * HOUR, None)

    assert Decimal("4.00") == priced.gross.as_decimal()


def test_what_is_unknown_may_fail():
    """Neither a power nor a current that is not stated holds."""
    policy = Policy(unknown_power=UnknownPower.FAILS)
    for restriction in ("min_power", "max_power", "min_current", "max_current"):
        found = compile_tariff(tariff(*dear(**{restriction: 32})), policy)
        row = Period(FRIDAY, energy_kwh=TEN)

        priced = price_periods(found, [row], "UTC", FRIDAY + HOUR, None)

        assert Decimal("1.00") == priced.gross.as_decimal(), restriction


def test_taxes_may_follow_the_base_alone():
    """10.00 before taxes are cut to 5.00; the 9.00 that are stated after them do not count."""
    fields = {"max_price": {"before_taxes": 5, "after_taxes": 9}}
    found = tariff(element(price("ENERGY", "1.21")), **fields)
    plan = compile_tariff(found, Policy(limits=Limits.BEFORE_TAXES))
    row = Period(FRIDAY, energy_kwh=TEN)

    priced = price_periods(plan, [row], "UTC", FRIDAY + HOUR, Decimal(21))

    # 5.00 + 21 %
    assert Decimal("6.05") == priced.gross.as_decimal()


def test_limits_may_end_where_another_tariff_begins():
    """With the default the first tariff's maximum holds for all; else for none."""
    tariffs = [
        tariff(element(price("ENERGY", "1.00")), max_price={"after_taxes": 8}),
        tariff(element(price("ENERGY", "0.10"))),
    ]

    def cost(policy: Policy) -> Decimal:
        spans = spans_of(TWO_SPANS, FRIDAY + 2 * HOUR)._replace(plan=[0, 1])
        return price_spans(compile_tariffs(tariffs, policy), spans, "UTC", None).gross.as_decimal()

    # 10.00 + 1.00
    several = Policy(limits_with_several_tariffs=False)
    assert (Decimal("8.00"), Decimal("11.00")) == (cost(Policy()), cost(several))


def test_energy_fed_back_may_be_refused():
    """A policy for meters that cannot run backwards."""
    plan = compile_tariff(tariff(*dear()), Policy(takes_energy_back=False))

    with pytest.raises(EnergyFedBack):
        price_periods(plan, [Period(FRIDAY, energy_kwh=-TEN)], "UTC", FRIDAY + HOUR, None)


def test_when_a_session_is_parked_can_be_chosen():
    """0.5 kW are charging by default, and parking below 1 kW."""
    found = tariff(element(price("TIME", "6.00"), price("PARKING_TIME", "12.00")))
    rows = [Sample(FRIDAY, Decimal(0)), Sample(FRIDAY + HOUR, Decimal("0.5"))]

    def cost(policy: Policy) -> Decimal:
        plan = compile_tariff(found, policy)
        return price_samples(plan, rows, "UTC", FRIDAY + HOUR, None).gross.as_decimal()

    assert (Decimal("6.00"), Decimal("12.00")) == (
        cost(Policy()),
        cost(Policy(idle_below_kw=Decimal(1))),
    )


def split(*periods: Period, ended_at: datetime, **restrictions: object) -> Decimal:
    """The price of periods that are cut where a price of 1.00 gives way to one of 0.10."""
    compiled = compile_tariff(tariff(*dear(**restrictions)), Policy(spanning=Spanning.SPLIT))
    return price_periods(compiled, periods, "UTC", ended_at, None).gross.as_decimal()


def test_a_period_is_split_at_a_threshold_of_energy():
    """Of 9 kWh after 2 the first 4 are below 6: 6 x 1.00 + 5 x 0.10, to the nano-kilowatt-hour."""
    two = Period(FRIDAY, energy_kwh=Decimal(2))
    nine = Period(FRIDAY + HOUR, energy_kwh=Decimal(9))

    assert Decimal("6.50") == split(two, nine, ended_at=FRIDAY + 2 * HOUR, max_kwh=6)


def test_a_period_is_split_at_a_threshold_of_duration_after_a_reservation():
    """Half an hour of charging, counted from 11:00, is a quarter of 8 kWh: 2 x 1.00 + 6 x 0.10."""
    reserved = Period(FRIDAY, reserved=HOUR)
    charged = Period(FRIDAY + HOUR, energy_kwh=Decimal(8))

    found = split(reserved, charged, ended_at=FRIDAY + 3 * HOUR, max_duration=1800)

    assert Decimal("2.60") == found


def test_a_period_is_split_as_often_as_prices_change():
    """Hours 10 and 12 are dear, 11 and 13 are not: 2 x 2.5 x 1.00 + 2 x 2.5 x 0.10."""
    elements = [
        element(price("ENERGY", "1.00"), start_time=f"{hour}:00", end_time=f"{hour + 1}:00")
        for hour in (10, 12)
    ]
    found = tariff(*elements, element(price("ENERGY", "0.10")))
    compiled = compile_tariff(found, Policy(spanning=Spanning.SPLIT))
    periods = (Period(FRIDAY, energy_kwh=TEN),)

    priced = price_periods(compiled, periods, "UTC", FRIDAY + 4 * HOUR, None)

    assert Decimal("5.50") == priced.gross.as_decimal()
    assert ("tax_rate_unknown",) == priced.notes


def test_one_fee_a_session_is_that_of_the_reservation():
    """2.00 for the reservation, and not the 1.50 of charging; 5 minutes are 10 each, at 0.10."""
    charged = element(price("FLAT", "1.50"), price("TIME", "6.00", step=600))
    found = tariff(RESERVED, charged)

    def cost(flat_per: FlatPer) -> Decimal:
        compiled = compile_tariff(found, Policy(flat_per=flat_per))
        ended_at = FRIDAY + timedelta(minutes=10)
        return price_periods(compiled, RESERVATION, "UTC", ended_at, None).gross.as_decimal()

    assert (Decimal("5.50"), Decimal("4.00")) == (cost(FlatPer.PHASE), cost(FlatPer.SESSION))


def test_plans_that_price_together_are_first_versions():
    """Tariffs that come with a CDR have no versions."""
    plans = compile_tariffs((tariff(CHARGED), tariff(RESERVED)))

    assert [1, 1] == [plan.version for plan in plans]
    assert [0, 1, 2, 3] == [one.index for plan in plans for one in plan.components]


def test_every_field_has_its_test():
    """A new choice brings its own."""
    elsewhere = {"limits_with_several_tariffs", "takes_energy_back", "idle_below_kw", "rounding"}

    assert {field.name for field in dataclasses.fields(Policy)} == {*CHOICES, *elsewhere}
