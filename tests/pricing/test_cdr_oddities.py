"""What others send as well: disorder, gaps, other names and shapes. Prices worked out by hand."""

import json
from decimal import Decimal
from typing import Any

import pytest

from app.pricing.tariffs.cdrs.command import price_line, price_lines
from tests.pricing.test_cdr_cases import (
    DAY,
    ENERGY,
    PARKING,
    RESERVED,
    SLOW,
    START_FEE,
    Case,
    cdr,
    component,
    element,
    encoded,
    period,
    power,
    tariff,
)

UNKNOWN = "1970-01-01T00:00:00Z"
BANDS = [tariff(element(component("ENERGY", "0.50", 1000), max_kwh=5), SLOW)]

# name: case, net, gross, notes. VAT is 20 % unless the comment says otherwise.
CASES: dict[str, Case] = {
    # In the order of time: 5 kWh at 0.50 reach the limit, then 4 at 0.30
    "periods out of order are put into order": (
        cdr(BANDS, period("11:00", ENERGY="4"), period("10:00", ENERGY="5")),
        "3.7",
        "4.44",
        ["periods_out_of_order", "period_outside_session"],
    ),
    # Charging at 10:00, parking from 10:21: 21 min are not rounded, 16 are 20
    "the last period is the last in time": (
        cdr(
            [tariff(PARKING)],
            period("10:21", PARKING_TIME="0.266666666666667"),
            period("10:00", TIME="0.35"),
            end="10:37",
        ),
        "6.1",
        "7.32",
        ["periods_out_of_order", "period_outside_session"],
    ),
    # Nothing happened in a period of no length; the others are as they were.
    "a period of no length": (
        cdr(
            [tariff(ENERGY)],
            period("10:00", ENERGY="5"),
            period("11:00", ENERGY="0", TIME="0"),
            period("11:00", ENERGY="5"),
        ),
        "5",
        "6",
        [],
    ),
    # 12 kWh flowed in and 2 out: 10 x 0.50
    "energy in both directions": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY_IMPORT="12", ENERGY_EXPORT="2")),
        "5",
        "6",
        [],
    ),
    "energy that only flowed in": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY_IMPORT="10")),
        "5",
        "6",
        [],
    ),
    # ENERGY is the balance already.
    "energy, and its directions as well": (
        cdr(
            [tariff(ENERGY)],
            period("10:00", ENERGY="10", ENERGY_IMPORT="12", ENERGY_EXPORT="2"),
        ),
        "5",
        "6",
        [],
    ),
    "a dimension that comes twice": (
        cdr(
            [tariff(ENERGY)],
            {
                "start_date_time": f"{DAY}T10:00:00Z",
                "dimensions": [{"type": "ENERGY", "volume": 4}, {"type": "ENERGY", "volume": 6}],
            },
        ),
        "5",
        "6",
        [],
    ),
    # An average of 40 kW, whatever the timestamps say
    "an average power that is stated": (
        cdr(power(min_power=32), period("10:00", ENERGY="10", POWER="40")),
        "5",
        "6",
        [],
    ),
    "an average current that is stated": (
        cdr(power(min_current=16), period("10:00", ENERGY="10", CURRENT="10")),
        "3",
        "3.6",
        [],
    ),
    # Its highest current was 43 A, and of its lowest nothing is known.
    "a lowest current that is not stated is the highest": (
        cdr(power(max_current=32), period("10:00", ENERGY="10", MAX_CURRENT="43")),
        "3",
        "3.6",
        [],
    ),
    "a highest current that is not stated is the lowest": (
        cdr(power(min_current=32), period("10:00", ENERGY="10", MIN_CURRENT="16")),
        "3",
        "3.6",
        [],
    ),
    # No energy and no power, but a highest power of 11 kW: 1 h x 6.00
    "a power without energy": (
        cdr(
            [tariff(element(component("TIME", "6.00"), max_power=16))],
            period("10:00", TIME="1", MAX_POWER="11"),
            end="11:00",
        ),
        "6",
        "7.2",
        [],
    ),
    # All of it in an instant: there is nothing between its start and its end.
    "a period of no length over a threshold": (
        cdr(BANDS, period("10:00", ENERGY="8"), period("10:00", ENERGY="1")),
        "4.3",
        "5.16",
        [],
    ),
    # 2 kWh flowed out, none in: -2 x 0.50
    "energy that only flowed out": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY_EXPORT="2")),
        "-1",
        "-1.2",
        [],
    ),
    # On average 20 kW, so at some time below 32, though 40 were reached
    "an average beside the highest power": (
        cdr(power(max_power=32), period("10:00", ENERGY="10", POWER="20", MAX_POWER="40")),
        "5",
        "6",
        [],
    ),
    "an average beside the lowest power": (
        cdr(power(min_power=16), period("10:00", ENERGY="10", MIN_POWER="2", POWER="20")),
        "5",
        "6",
        [],
    ),
    # 20 kWh in half an hour: 40 kW at least at some time, though 2 were the lowest
    "the average for a highest power that is not stated": (
        cdr(power(min_power=32), period("10:00", ENERGY="20", MIN_POWER="2"), end="10:30"),
        "10",
        "12",
        [],
    ),
    "a power that cannot be known is below every maximum": (
        cdr(
            [tariff(element(component("TIME", "6.00"), max_power=16))],
            period("10:00", TIME="1"),
            end="11:00",
        ),
        "6",
        "7.2",
        ["power_unknown"],
    ),
    # 0.1001 h are 0.36 s more than six minutes: as much as four decimals may hide, and no less
    "hours that differ by as much as they may hide": (
        cdr([tariff(PARKING)], period("10:00", TIME="0.1001"), end="10:06"),
        "1",
        "1.2",
        [],
    ),
    "hours that are as much too short": (
        cdr([tariff(PARKING)], period("10:00", TIME="0.0999"), end="10:06"),
        "1",
        "1.2",
        [],
    ),
    "no time is stated where none passed": (
        cdr([tariff(PARKING)], period("10:00", ENERGY="10"), end="10:00"),
        "0",
        "0",
        [],
    ),
    # The session starts at 09:00, when the dear tariff still holds: 10 x 0.50
    "the tariff is chosen when the session starts": (
        cdr(
            [tariff(ENERGY, end_date_time=f"{DAY}T09:30:00Z"), tariff(SLOW, id="B")],
            period("10:00", ENERGY="10"),
            start_date_time=f"{DAY}T09:00:00Z",
        ),
        "5",
        "6",
        [],
    ),
    # The other element begins at 10:30, but the first one always comes before it.
    "a change of the calendar that changes no price": (
        cdr(
            [tariff(ENERGY, element(component("ENERGY", "0.90"), start_time="10:30"))],
            period("10:00", ENERGY="10"),
            end="11:00",
        ),
        "5",
        "6",
        [],
    ),
    # --- what a period spans
    # 8 kWh begin below 5 kWh and end above it.
    "a period over a threshold of energy": (
        cdr(BANDS, period("10:00", ENERGY="8")),
        "4",
        "4.8",
        ["period_spans_price_change"],
    ),
    "a period that ends at the threshold": (
        cdr(BANDS, period("10:00", ENERGY="5")),
        "2.5",
        "3",
        [],
    ),
    "a period over a threshold of duration": (
        cdr(
            [tariff(element(component("ENERGY", "0.50"), max_duration=1800), SLOW)],
            period("10:00", ENERGY="8"),
            end="11:00",
        ),
        "4",
        "4.8",
        ["period_spans_price_change"],
    ),
    # Half an hour of reservation does not count, so the threshold lies at the end of the period.
    "a period that ends at the threshold of duration": (
        cdr(
            [tariff(element(component("ENERGY", "0.50"), max_duration=1800), SLOW)],
            period("10:00", RESERVATION_TIME="0.5"),
            period("10:30", ENERGY="8"),
            end="11:00",
        ),
        "4",
        "4.8",
        [],
    ),
    # --- an end or a start that nobody knows (OCPI: 1970)
    # The clock says nothing; 0.25 h are stated: 15 x 0.10
    "an end that nobody knows": (
        cdr([tariff(PARKING)], period("10:00", TIME="0.25"), end=UNKNOWN),
        "1.5",
        "1.8",
        ["end_unknown"],
    ),
    # 20 kWh in the half hour that is stated are 40 kW.
    "the power until an end that nobody knows": (
        cdr(power(min_power=32), period("10:00", ENERGY="20", TIME="0.5"), end=UNKNOWN),
        "10",
        "12",
        ["end_unknown"],
    ),
    # Half an hour reserved, a quarter charged and a quarter parked are an hour: 40 kWh are 40 kW.
    "an end that nobody knows, after all that is stated": (
        cdr(
            power(min_power=32),
            period("10:00", ENERGY="40", RESERVATION_TIME="0.5", TIME="0.25", PARKING_TIME="0.25"),
            end=UNKNOWN,
        ),
        "20",
        "24",
        ["end_unknown"],
    ),
    # In less than that they would be 45 kW and more.
    "an end that nobody knows is no sooner": (
        cdr(
            power(min_power=41),
            period("10:00", ENERGY="40", RESERVATION_TIME="0.5", TIME="0.25", PARKING_TIME="0.25"),
            end=UNKNOWN,
        ),
        "12",
        "14.4",
        ["end_unknown"],
    ),
    # 30 and 20 minutes, 10 and 20 parked: 50 x 0.10 + 30 x 0.20
    "times that come twice": (
        cdr(
            [tariff(PARKING)],
            {
                "start_date_time": f"{DAY}T10:00:00Z",
                "dimensions": [
                    {"type": kind, "volume": volume}
                    for kind, volume in (
                        ("TIME", 0.5),
                        ("PARKING_TIME", "0.166666666667"),
                        ("TIME", "0.333333333333"),
                        ("PARKING_TIME", "0.333333333333"),
                    )
                ],
            },
            end="12:00",
        ),
        "11",
        "13.2",
        [],
    ),
    # Not valid in 1970, but when the first period starts.
    "a start that nobody knows": (
        cdr(
            [tariff(SLOW, end_date_time="2020-01-01T00:00:00Z"), tariff(ENERGY, id="B")],
            period("10:00", ENERGY="10"),
            start_date_time=UNKNOWN,
        ),
        "5",
        "6",
        [],
    ),
    # --- limits
    # 10 x 0.50 at 20 % and 1.00 at 0 %: 6.00 and 7.00. At least 6.50 before and at most 6.80 after.
    "the maximum after taxes and the minimum before them": (
        cdr(
            [
                tariff(
                    element(component("ENERGY", "0.50"), component("FLAT", "1.00", vat=0)),
                    min_price={"before_taxes": Decimal("6.5"), "after_taxes": 0},
                    max_price={"before_taxes": 99, "after_taxes": Decimal("6.8")},
                )
            ],
            period("10:00", ENERGY="10"),
        ),
        "6.5",
        "6.8",
        [],
    ),
    # Nothing was used, and the lowest rate of the tariff that has the minimum is 10 %: 1.00 + 0.10
    "a minimum on nothing has the lowest rate of its own tariff": (
        cdr(
            [
                tariff(
                    element(component("ENERGY", "1"), component("TIME", "1", vat=10)),
                    min_price={"before_taxes": 1},
                ),
                tariff(element(component("FLAT", "1", vat=0)), id="B"),
            ],
            period("10:00", RESERVATION_TIME="1", tariff_id="T"),
        ),
        "1",
        "1.1",
        [],
    ),
    # --- shapes
    # 0.1 + 0.2 in binary, which others write out: 10 x 0.30000000000000004
    "a price with the dust of binary fractions": (
        cdr(
            [tariff(element({"type": "ENERGY", "price": 0.1 + 0.2, "vat": 20, "step_size": 1}))],
            period("10:00", ENERGY="10"),
        ),
        "3.0000000000",
        "3.6000000000",
        [],
    ),
    # 10.5 kWh in steps of 1000 Wh are 11 x 0.50
    "numbers in quotation marks": (
        cdr(
            [
                tariff(
                    element(
                        {"type": "ENERGY", "price": "0.50", "vat": "20", "step_size": "1000"},
                        min_duration="0",
                    )
                )
            ],
            {
                "start_date_time": f"{DAY}T10:00:00Z",
                "dimensions": [{"type": "ENERGY", "volume": "10.5"}],
            },
        ),
        "5.5",
        "6.6",
        [],
    ),
    "fields that decide nothing are not looked at": (
        cdr(
            [tariff(ENERGY, type="SPECIAL", last_updated="soon", energy_mix=7, tariff_alt_text={})],
            period("10:00", ENERGY="10"),
        ),
        "5",
        "6",
        [],
    ),
    # VAT of 0 is a rate; no VAT is none, but nobody says so: 5.00 and 1.00 either way
    "a rate of zero is known": (
        cdr(
            [tariff(element(component("ENERGY", "0.50", vat=0)), START_FEE)],
            period("10:00", ENERGY="10"),
        ),
        "6",
        "6.2",
        [],
    ),
    "very little energy": (
        cdr(
            [tariff(element(component("ENERGY", "0.50", 0)))],
            period("10:00", ENERGY="0.000000001"),
        ),
        "0.0000000005",
        "0.0000000006",
        [],
    ),
    "very much energy": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="9999999")),
        "4999999.5",
        "5999999.4",
        [],
    ),
    # No period: nothing was used, not even the fee; a minimum holds all the same.
    "no periods": (
        {
            **cdr([tariff(START_FEE, min_price={"before_taxes": 1})], period("10:00")),
            "cdr": {
                "start_date_time": f"{DAY}T10:00:00Z",
                "end_date_time": f"{DAY}T11:00:00Z",
                "charging_periods": [],
            },
        },
        "1",
        "1.2",
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_odd_cdr_has_the_price_worked_out_by_hand(name: str):
    """Both totals, the notes, and lines that add up to the totals."""
    case, net, gross, notes = CASES[name]

    found = price_line(encoded(case))

    total = found["total_cost"]
    assert (Decimal(net), Decimal(gross)) == (total["before_taxes"], total["after_taxes"])
    assert notes == found["notes"]
    for side in ("before_taxes", "after_taxes"):
        assert total[side] == sum(line[side] for line in found["lines"])


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a tariff that has no elements": (
        cdr([tariff()], period("10:00", ENERGY="10")),
        "tariffs[0].elements",
    ),
    "tariffs in two currencies": (
        cdr(
            [tariff(ENERGY, id="A"), tariff(SLOW, id="B", currency="SEK")],
            period("10:00", tariff_id="A"),
            period("11:00", tariff_id="B"),
        ),
        "tariffs",
    ),
    "a step that is no whole number": (
        cdr(
            [tariff(element({"type": "ENERGY", "price": 1, "step_size": "1.5"}))],
            period("10:00", ENERGY="1"),
        ),
        "tariffs[0].elements[0].price_components[0].step_size",
    ),
    "a step of a hundred digits": (
        cdr(
            [tariff(element({"type": "ENERGY", "price": 1, "step_size": "9" * 100}))],
            period("10:00", ENERGY="1"),
        ),
        "tariffs[0].elements[0].price_components[0].step_size",
    ),
    "a price too fine for any engine": (
        cdr([tariff(element(component("ENERGY", "1e-50")))], period("10:00", ENERGY="1")),
        "tariffs[0].elements[0].price_components[0].price",
    ),
    "a volume too large for any battery": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="1e7")),
        "cdr.charging_periods[0].dimensions",
    ),
    "a volume that overflows": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="1"), period("11:00", POWER="1e300")),
        "cdr.charging_periods[1].dimensions",
    ),
    "a period before there were sessions": (
        cdr([tariff(ENERGY)], period("1970-01-01T00:00:00Z", ENERGY="1")),
        "cdr.charging_periods[0].start_date_time",
    ),
    "a dimension that nobody knows": (
        cdr([tariff(element(component("WATER", "1")))], period("10:00", ENERGY="1")),
        "tariffs[0].elements[0].price_components[0].type",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_priced_says_where(name: str):
    """The path of what is wrong, and no price."""
    case, field = WRONG[name]

    (answer,) = price_lines([encoded(case)])

    found = json.loads(answer.text)
    assert {"name", "error"} == found.keys()
    assert field == found["error"]["field"]


def test_a_minimum_on_nothing_is_split_by_its_rate():
    """1.10 with 10 % are 1.00 and 0.10 in money as well, and the line says so."""
    case, *_ = CASES["a minimum on nothing has the lowest rate of its own tariff"]

    (limit,) = price_line(encoded(case))["lines"]

    assert ("MIN_PRICE", Decimal(10), Decimal(1)) == (
        limit["type"],
        limit["vat"],
        limit["before_taxes"],
    )


def test_an_amount_of_nothing_has_four_decimals_as_well():
    """Nothing is written 0.0000, and as a number."""
    case, *_ = CASES["energy in both directions"]

    (answer,) = price_lines([encoded(case)])

    assert b'"total_time_cost":{"before_taxes":0.0000,"after_taxes":0.0000}' in answer.text


def test_a_credit_takes_back_quantities_and_limits_line_by_line():
    """Minus 10 kWh, minus half an hour of each, and the minimum with its name."""
    case = cdr(
        [
            tariff(
                element(component("ENERGY", "0.50"), component("PARKING_TIME", "1.00", 3600)),
                RESERVED,
                min_price={"before_taxes": 50},
            )
        ],
        period("10:00", RESERVATION_TIME="-0.5"),
        period("10:30", ENERGY="-10", TIME="-0.5"),
        period("11:00", PARKING_TIME="-0.5"),
        end="11:30",
        credit=True,
    )

    found = price_line(encoded(case))

    # 3 steps of 10 min at 6.00 are 3.00, and a fee of 2.00; the rest of 50.00 is the minimum
    assert [
        ("ENERGY", -10, -10),
        ("TIME", -30, -30),
        ("PARKING_TIME", -30, -60),
        ("FLAT", -1, -1),
        ("MIN_PRICE", 1, 1),
    ] == [(one["type"], one["measured"], one["billed"]) for one in found["lines"]]
    assert -39 == found["lines"][-1]["before_taxes"]


def test_a_credit_of_a_period_without_energy_has_none_either():
    """What is not stated is not zero: its power stays unknown."""
    case = cdr(power(min_power=32), period("10:00", TIME="-1"), credit=True)

    assert ["power_unknown"] == price_line(encoded(case))["notes"]
