"""What others write otherwise and mean the same; and what they write that cannot be meant."""

import json
from decimal import Decimal
from typing import Any

import pytest

from app.pricing.tariffs.cdrs.command import price_line, price_lines
from app.pricing.tariffs.errors import TimeZoneUnknown
from tests.pricing.test_cdr_cases import (
    DAY,
    ENERGY,
    RESERVED,
    SLOW,
    START_FEE,
    Case,
    cdr,
    clock,
    component,
    element,
    encoded,
    period,
    tariff,
)

TIME = element(component("TIME", "6.00"))
SMALL = {"type": "energy", "price": Decimal("0.50"), "step_size": 1, "vat": 20}
EVENING = "2026-01-17T00:00:00Z"

# name: case, net, gross, notes. VAT is 20 %.
CASES: dict[str, Case] = {
    # --- other letters: 10 x 0.50
    "a currency in small letters": (
        cdr([tariff(ENERGY, currency="eur")], period("10:00", ENERGY="10"), currency="Eur"),
        "5",
        "6",
        [],
    ),
    "enumerations in small letters": (
        cdr(
            [tariff(element(SMALL, day_of_week=["friday"]), tax_included="no")],
            period("10:00", ENERGY="10"),
        ),
        "5",
        "6",
        [],
    ),
    "a reservation in small letters": (
        cdr(
            [tariff(element(component("FLAT", "2.00"), reservation="reservation"), ENERGY)],
            period("10:00", RESERVATION_TIME="0.5"),
            period("10:30", ENERGY="10"),
        ),
        "7",
        "8.4",
        [],
    ),
    # No taxes apply, whatever the rate: 10 x 0.50
    "N_A": (
        cdr([tariff(ENERGY, tax_included="N_A")], period("10:00", ENERGY="10")),
        "5",
        "5",
        [],
    ),
    # 10:30 UTC is 11:30 in Amsterdam
    "a time zone in small letters": (
        cdr(
            clock("11:00", "12:00"),
            period("10:30", ENERGY="10"),
            end="11:00",
            zone=" europe/amsterdam",
        ),
        "5",
        "6",
        [],
    ),
    # --- times of day
    "until 24:00": (
        cdr(clock("22:00", "24:00"), period("23:30", ENERGY="10"), end=EVENING),
        "5",
        "6",
        [],
    ),
    "seconds of nothing": (
        cdr(clock("22:00:00", "23:00:00"), period("22:30", ENERGY="10"), end="23:00"),
        "5",
        "6",
        [],
    ),
    "an hour of one digit": (
        cdr(clock("9:00", "12:00"), period("10:00", ENERGY="10"), end="12:00"),
        "5",
        "6",
        [],
    ),
    # --- price limits: 10 x 0.50 are at most 3.00, and 3.60 with taxes
    "a limit that is a number": (
        cdr([tariff(ENERGY, max_price=3)], period("10:00", ENERGY="10")),
        "3",
        "3.6",
        [],
    ),
    "a limit that lists its taxes": (
        cdr(
            [
                tariff(
                    ENERGY,
                    max_price={
                        "before_taxes": 3,
                        "taxes": [{"name": "VAT", "amount": Decimal("0.5")}, {"amount": 1}],
                    },
                )
            ],
            period("10:00", ENERGY="10"),
        ),
        "3",
        "4.5",
        [],
    ),
    # --- times below zero: an hour less of 6.00
    "a time below zero": (
        cdr([tariff(TIME)], period("10:00", TIME="-1"), end="11:00"),
        "-6",
        "-7.2",
        ["time_negative"],
    ),
    "a time of parking below zero": (
        cdr(
            [tariff(element(component("PARKING_TIME", "12.00", 60)))],
            period("10:00", PARKING_TIME="-1"),
            end="11:00",
        ),
        "-12",
        "-14.4",
        ["time_negative"],
    ),
    "a reservation below zero": (
        cdr(
            [tariff(element(component("TIME", "6.00"), reservation="RESERVATION"), ENERGY)],
            period("10:00", RESERVATION_TIME="-1"),
            period("11:00", ENERGY="10"),
        ),
        "-1",
        "-1.2",
        ["time_negative"],
    ),
    # --- instants that cannot be: priced by the volumes, 10 x 0.50
    "an end before the start": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="10"), end="09:00"),
        "5",
        "6",
        ["ends_before_start", "period_outside_session"],
    ),
    "a period after the end": (
        cdr(
            [tariff(ENERGY)],
            period("10:00", ENERGY="5"),
            period("13:00", ENERGY="5"),
            end="12:00",
        ),
        "5",
        "6",
        ["period_outside_session"],
    ),
    "a period before the start": (
        cdr(
            [tariff(ENERGY)],
            period("10:00", ENERGY="10"),
            start_date_time=f"{DAY}T10:00:01Z",
        ),
        "5",
        "6",
        ["period_outside_session"],
    ),
    # --- reservations of no time
    # A fee of 2.00, and 10 x 0.50
    "a reservation of no time": (
        cdr(
            [tariff(RESERVED, ENERGY)],
            period("10:00", RESERVATION_TIME="0"),
            period("10:00", ENERGY="10"),
        ),
        "7",
        "8.4",
        [],
    ),
    "a reservation of no time beside energy is none": (
        cdr([tariff(RESERVED, ENERGY)], period("10:00", RESERVATION_TIME="0", ENERGY="10")),
        "5",
        "6",
        [],
    ),
    # A reservation of no time that nobody came for: only its fee, and none of charging.
    "a reservation of no time alone": (
        cdr([tariff(RESERVED, START_FEE)], period("10:00", RESERVATION_TIME="0"), end="10:00"),
        "2",
        "2.4",
        [],
    ),
    # From 3600 s on 0.30: the duration counts from 11:00, not from the reservation of no time.
    "duration counts from charging after a reservation of no time": (
        cdr(
            [tariff(element(component("ENERGY", "0.50"), max_duration=3600), SLOW)],
            period("10:00", RESERVATION_TIME="0"),
            period("11:00", ENERGY="10"),
            end="12:00",
        ),
        "5",
        "6",
        [],
    ),
    # --- what there is not
    "a dimension that OCPI does not know": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="10", WATER="3")),
        "5",
        "6",
        ["dimension_unknown"],
    ),
    "a dimension of sessions": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="10", STATE_OF_CHARGE="80")),
        "5",
        "6",
        [],
    ),
    "a currency that there is not": (
        cdr([tariff(ENERGY, currency="ZZZ")], period("10:00", ENERGY="10"), currency="ZZZ"),
        "5",
        "6",
        ["currency_unknown"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_clear_is_priced(name: str):
    """Both totals, the notes, and lines that add up to the totals."""
    case, net, gross, notes = CASES[name]

    found = price_line(encoded(case))

    total = found["total_cost"]
    assert (Decimal(net), Decimal(gross)) == (total["before_taxes"], total["after_taxes"])
    assert notes == found["notes"]
    for side in ("before_taxes", "after_taxes"):
        assert total[side] == sum(line[side] for line in found["lines"])


def _restricted(**restrictions: object) -> dict[str, Any]:
    return cdr([tariff(element(SMALL, **restrictions))], period("10:00", ENERGY="1"))


def _limited(limit: object) -> dict[str, Any]:
    return cdr([tariff(ENERGY, max_price=limit)], period("10:00", ENERGY="1"))


IN_ELEMENT = "tariffs[0].elements[0]"
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a start at 24:00": (
        _restricted(start_time="24:00"),
        f"{IN_ELEMENT}.restrictions.start_time",
    ),
    "a time with seconds": (
        _restricted(end_time="22:00:30"),
        f"{IN_ELEMENT}.restrictions.end_time",
    ),
    "a time that is a number": (_restricted(end_time=22), f"{IN_ELEMENT}.restrictions.end_time"),
    "a day that is no text": (
        _restricted(day_of_week=[7]),
        f"{IN_ELEMENT}.restrictions.day_of_week[0]",
    ),
    "days that are no list": (
        _restricted(day_of_week="FRIDAY"),
        f"{IN_ELEMENT}.restrictions.day_of_week",
    ),
    "restrictions that are a list": (
        cdr([tariff({**ENERGY, "restrictions": []})], period("10:00", ENERGY="1")),
        f"{IN_ELEMENT}.restrictions",
    ),
    "elements that are a text": (
        cdr([tariff(ENERGY) | {"elements": "all"}], period("10:00", ENERGY="1")),
        "tariffs[0].elements",
    ),
    "an element that is a text": (
        cdr([tariff() | {"elements": ["all"]}], period("10:00", ENERGY="1")),
        IN_ELEMENT,
    ),
    "a limit that is true": (_limited(limit=True), "tariffs[0].max_price"),
    "a limit that is a list": (_limited([1]), "tariffs[0].max_price"),
    "a limit below zero": (_limited({"after_taxes": -1}), "tariffs[0].max_price.after_taxes"),
    "a tariff without an id": (
        cdr([{"currency": "EUR", "elements": [ENERGY]}], period("10:00", ENERGY="1")),
        "tariffs[0].id",
    ),
    "a component without a type": (
        cdr([tariff({"price_components": [{"price": 1}]})], period("10:00", ENERGY="1")),
        f"{IN_ELEMENT}.price_components[0].type",
    ),
    "an instant that UTC cannot say": (
        cdr(
            [tariff(ENERGY, start_date_time="0001-01-01T00:00:00+02:00")],
            period("10:00", ENERGY="1"),
        ),
        "tariffs[0].start_date_time",
    ),
    "a case without a session's end": (
        {"cdr": {"start_date_time": f"{DAY}T10:00:00Z", "charging_periods": []}},
        "cdr.end_date_time",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_clear_is_refused_at_its_place(name: str):
    """The path of what is wrong, and no price."""
    case, field = WRONG[name]

    (answer,) = price_lines([encoded(case)])

    found = json.loads(answer.text)
    assert {"name", "error"} == found.keys()
    assert field == found["error"]["field"]


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": None}, "cdr.cdr_location.time_zone"),
    ],
)
def test_a_time_zone_that_there_is_not_says_where_it_stands(place: dict[str, Any], field: str):
    """In the case, or in the CDR's own location."""
    there = {"time_zone": "Mars/Base"}
    case = cdr([tariff(ENERGY)], period("10:00", ENERGY="1"), cdr_location=there) | place

    with pytest.raises(TimeZoneUnknown) as wrong:
        price_line(encoded(case))

    assert field == wrong.value.facts["field"]
