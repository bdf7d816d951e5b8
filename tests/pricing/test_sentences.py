"""Sentences of OCPI that no other test is about: restrictions together, tariffs that change."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations, product
from typing import Any

import pytest

from app.pricing.tariffs.cdrs.command import price_line
from tests.pricing.test_cdr_cases import cdr, component, element, encoded, period, tariff

# axis: restrictions on it, each with whether the value "high" lies in it.
# High is: 10:30, Friday 16 January or in its week, 6 kWh, 40 min, 11 kW, 20 A. Low is before it.
RESTRICTIONS: dict[str, list[tuple[dict[str, Any], bool]]] = {
    "time": [
        ({"start_time": "10:00"}, True),
        ({"end_time": "10:00"}, False),
        ({"start_time": "10:00", "end_time": "08:00"}, True),
        ({"start_time": "20:00", "end_time": "10:00"}, False),
    ],
    "date": [
        ({"start_date": "2026-01-16", "end_date": "2026-01-18"}, True),
        ({"end_date": "2026-01-16"}, False),
    ],
    "weekday": [
        ({"day_of_week": ["FRIDAY"]}, True),
        ({"day_of_week": ["MONDAY", "SATURDAY"]}, False),
    ],
    "kwh": [({"min_kwh": 6}, True), ({"max_kwh": 6}, False)],
    "duration": [({"min_duration": 2400}, True), ({"max_duration": 2400}, False)],
    "power": [({"min_power": 11}, True), ({"max_power": 11}, False)],
    "current": [({"min_current": 20}, True), ({"max_current": 20}, False)],
}
# Whether date and weekday are high: Saturday and Friday of the week before, and of that week.
DAYS = {
    (False, False): "2026-01-10",
    (False, True): "2026-01-09",
    (True, False): "2026-01-17",
    (True, True): "2026-01-16",
}


def session(high: dict[str, bool], restrictions: dict[str, Any]) -> dict[str, Any]:
    """An hour at 6.00, if the restrictions hold where it starts, after a period of energy."""
    day = DAYS[high["date"], high["weekday"]]
    at = datetime.fromisoformat(f"{day}T{'10:30' if high['time'] else '09:30'}:00+00:00")
    before = at - timedelta(minutes=40 if high["duration"] else 39)
    charged = element(component("TIME", "6.00"), **restrictions)
    return cdr(
        [tariff(charged)],
        period(before.isoformat(), ENERGY="6" if high["kwh"] else "5.999"),
        period(
            at.isoformat(),
            TIME="1",
            MIN_POWER="11" if high["power"] else "10.9",
            MAX_POWER="11" if high["power"] else "10.9",
            MIN_CURRENT="20" if high["current"] else "19.9",
            MAX_CURRENT="20" if high["current"] else "19.9",
        ),
        end=(at + timedelta(hours=1)).isoformat(),
    )


@pytest.mark.parametrize("axes", [*combinations(RESTRICTIONS, 2)], ids="-".join)
def test_restrictions_hold_together(axes: tuple[str, str]):
    """Every pair of restrictions, on both sides of both: the price holds where both do."""
    pairs = product(*(RESTRICTIONS[axis] for axis in axes), (False, True), (False, True))
    for (one, one_is_high), (other, other_is_high), *sides in pairs:
        high = dict.fromkeys(RESTRICTIONS, True) | dict(zip(axes, sides, strict=True))

        found = price_line(encoded(session(high, one | other)))

        holds = sides[0] is one_is_high and sides[1] is other_is_high
        assert (6 if holds else 0) == found["total_cost"]["before_taxes"], (one, other, sides)


@pytest.mark.parametrize("axis", RESTRICTIONS)
def test_a_restriction_holds_alone(axis: str):
    """On its side and not on the other."""
    for restriction, is_high in RESTRICTIONS[axis]:
        for side in (False, True):
            high = dict.fromkeys(RESTRICTIONS, True) | {axis: side}

            found = price_line(encoded(session(high, restriction)))

            expected = 6 if side is is_high else 0
            assert expected == found["total_cost"]["before_taxes"], (restriction, side)


def timed(name: str, price: str, step: int) -> dict[str, Any]:
    """A tariff of time."""
    return tariff(element(component("TIME", price, step)), id=name)


def test_steps_go_over_a_change_of_tariff():
    """20 and 7 minutes are 27, by the second's steps of 10 min 30: 3 of them at 12.00 are new."""
    case = cdr(
        [timed("A", "6.00", 1800), timed("B", "12.00", 600)],
        period("10:00", tariff_id="A", TIME="0.333333333"),
        period("10:20", tariff_id="B", TIME="0.116666667"),
        end="10:27",
    )

    found = price_line(encoded(case))

    # 20 min at 6.00 an hour, and 10 at 12.00
    assert Decimal(4) == found["total_cost"]["before_taxes"]
    assert [(20, 20), (7, 10)] == [(one["measured"], one["billed"]) for one in found["lines"]]


def test_parking_under_another_tariff_keeps_charging_from_its_steps():
    """17 minutes stay 17; 4 of parking are 5, though only the second tariff prices parking."""
    parking = tariff(element(component("PARKING_TIME", "12.00", 300)), id="B")
    case = cdr(
        [timed("A", "6.00", 1800), parking],
        period("10:00", tariff_id="A", TIME="0.283333333"),
        period("10:17", tariff_id="B", PARKING_TIME="0.066666667"),
        end="10:21",
    )

    found = price_line(encoded(case))

    # 17 min at 6.00 an hour, and 5 at 12.00
    assert Decimal("2.7") == found["total_cost"]["before_taxes"]


def test_a_tariff_is_found_by_its_name_in_any_letters():
    """OCPI compares ids without their case: 10 x 0.30."""
    tariffs = [
        tariff(element(component("ENERGY", "0.50")), id="Day"),
        tariff(element(component("ENERGY", "0.30")), id="Night"),
    ]
    case = cdr(tariffs, period("10:00", tariff_id="NIGHT", ENERGY="10"))

    found = price_line(encoded(case))

    assert Decimal(3) == found["total_cost"]["before_taxes"]
    assert [] == found["notes"]


def test_periods_without_a_name_are_under_the_tariff_of_the_session():
    """The first is valid when the session starts: 10 x 0.50 and, where it is named, 10 x 0.30."""
    tariffs = [
        tariff(element(component("ENERGY", "0.50")), id="A"),
        tariff(element(component("ENERGY", "0.30")), id="B"),
    ]
    case = cdr(
        tariffs,
        period("10:00", ENERGY="10"),
        period("11:00", tariff_id="B", ENERGY="10"),
        period("12:00", ENERGY="10"),
    )

    found = price_line(encoded(case))

    assert Decimal(13) == found["total_cost"]["before_taxes"]
    assert [("A", 20), ("B", 10)] == [(one["tariff_id"], one["measured"]) for one in found["lines"]]


def test_a_session_over_the_end_of_a_year_keeps_its_price():
    """From the last evening of December into January: 5 x 0.50, and from New Year on 5 x 0.30."""
    old = element(component("ENERGY", "0.50"), end_date="2027-01-01")
    case = cdr(
        [tariff(old, element(component("ENERGY", "0.30")))],
        period("2026-12-31T22:00:00Z", ENERGY="5"),
        period("2026-12-31T23:00:00Z", ENERGY="5"),
        end="2027-01-01T01:00:00Z",
        zone="Europe/Amsterdam",
    )

    assert Decimal(4) == price_line(encoded(case))["total_cost"]["before_taxes"]
