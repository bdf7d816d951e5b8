"""CDRs whose price hangs on one volume, one sign or one hair, worked out by hand."""

import json
from decimal import Decimal
from typing import Any

import pytest

from app.pricing.tariffs.cdrs.check import check_lines
from app.pricing.tariffs.cdrs.command import price_line, price_lines
from app.pricing.tariffs.cdrs.plausible import Known
from app.pricing.tariffs.engine.invoice import _shared
from tests.pricing.test_cdr_cases import (
    ENERGY,
    SLOW,
    Case,
    cdr,
    clock,
    component,
    element,
    encoded,
    period,
    power,
    tariff,
)
from tests.pricing.test_cdr_check import NOW, hour, line, signed
from tests.pricing.test_verify import divergences

# name: case, net, gross, notes. VAT is 20 %.
CASES: dict[str, Case] = {
    # On the average 30, at most 60: the lowest is what max_power looks at, so 10 x 0.50.
    "an average stands for the lowest power": (
        cdr(power(max_power=50), period("10:00", ENERGY="10", POWER="30", MAX_POWER="60")),
        "5",
        "6",
        [],
    ),
    # On the average 60, at least 30: the highest is what min_power looks at, so 10 x 0.50.
    "an average stands for the highest power": (
        cdr(power(min_power=50), period("10:00", ENERGY="10", POWER="60", MIN_POWER="30")),
        "5",
        "6",
        [],
    ),
    # 5 x 0.50 until noon and 5 x 0.30 given back make 1.00, which is taken back.
    "a credit over no energy in all": (
        cdr(
            clock(None, "12:00"),
            period("10:00", ENERGY="5"),
            period("12:00", ENERGY="-5"),
            credit=True,
        ),
        "-1",
        "-1.2",
        [],
    ),
    # The balance counts, whatever the directions say.
    "a balance beside its directions": (
        cdr(
            [tariff(ENERGY)],
            period("10:00", ENERGY="9", ENERGY_IMPORT="12", ENERGY_EXPORT="3"),
            period("11:00", ENERGY="1", ENERGY_IMPORT="7"),
        ),
        "5",
        "6",
        [],
    ),
    # 10 flowed in, none out; to the last of the 10,000,000,000 parts that are counted.
    "energy that only flowed in": (
        cdr([tariff(element(component("ENERGY", "1000", 0)))], period("10:00", ENERGY_IMPORT="10")),
        "10000",
        "12000",
        [],
    ),
    # Nobody knows the end: the second period takes the half hour that it states, with 3.00.
    "an end that nobody knows": (
        cdr(
            [tariff(element(component("TIME", "6.00")))],
            period("10:00", TIME="1"),
            period("11:00", TIME="0.5"),
            end="1970-01-01T00:00:00Z",
        ),
        "9",
        "10.8",
        ["end_unknown"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fine_case_has_the_price_worked_out_by_hand(name: str):
    """Both totals and the notes."""
    case, net, gross, notes = CASES[name]

    found = price_line(encoded(case))

    total = found["total_cost"]
    assert (Decimal(net), Decimal(gross)) == (total["before_taxes"], total["after_taxes"])
    assert notes == found["notes"]


def test_the_total_of_parking_is_that_of_all_parking():
    """Two tariffs, an hour of parking under each: 12.00 and 6.00."""
    given = [
        tariff(element(component("PARKING_TIME", "12.00")), id="A"),
        tariff(element(component("PARKING_TIME", "6.00")), id="B"),
    ]
    case = cdr(
        given,
        period("10:00", tariff_id="A", PARKING_TIME="1"),
        period("11:00", tariff_id="B", PARKING_TIME="1"),
        end="12:00",
    )

    found = price_line(encoded(case))["total_parking_cost"]

    assert (Decimal(18), Decimal("21.6")) == (found["before_taxes"], found["after_taxes"])


def test_a_tariff_of_another_name_is_looked_for_each_time():
    """Both periods name a tariff that is not there: the first one counts for both."""
    given = [tariff(ENERGY, id="A"), tariff(SLOW, id="B")]
    case = cdr(
        given,
        period("10:00", tariff_id="X", ENERGY="1"),
        period("11:00", tariff_id="Y", ENERGY="1"),
        period("12:00", tariff_id="b", ENERGY="10"),
    )
    found = price_line(encoded(case))

    # 2 x 0.50 and 10 x 0.30
    assert Decimal(4) == found["total_cost"]["before_taxes"]
    assert ["tariff_unknown"] == found["notes"]


def test_what_is_no_json_has_no_place():
    """The number of the line, and that it cannot be read."""
    (wrong,) = price_lines([b"\xff{"])

    assert "line 1" == json.loads(wrong.text)["name"]
    assert wrong.trouble.startswith("line 1: line: ")


def test_an_amount_over_nothing_is_shared():
    """Three cents over two lines without an amount: the first has one more."""
    assert [2, 1] == _shared(3, [0, 0], (1, 1))


# --- what is checked
def test_a_credit_of_less_than_a_whole_amount_is_not_negative():
    """0.50 is above zero; so are its parts, which then are those of what is taken back."""
    half = {"excl_vat": 0.5, "incl_vat": 0.6}
    tenth = {
        "charging_periods": [
            {
                "start_date_time": "2026-11-22T10:00:00Z",
                "dimensions": [{"type": "ENERGY", "volume": 1}, {"type": "TIME", "volume": 1}],
            }
        ],
        "total_energy": 1,
        "total_energy_cost": half,
    }
    codes = [
        (code, field)
        for code, field, *_ in divergences(
            credit=True, credit_reference_id="C0", total_cost=half, **tenth
        )
    ]

    # Its total ought to be -0.50; the part of 0.50 is right.
    assert [
        ("cost_differs", "total_cost.before_taxes"),
        ("cost_differs", "total_cost.after_taxes"),
        ("credit_not_negative", "total_cost"),
    ] == codes


def test_a_part_of_a_credit_that_only_says_its_gross_is_negative():
    """Without an amount before taxes nothing says that it is that of the session."""
    total = {"excl_vat": -5, "incl_vat": -6}
    stated = {"incl_vat": -6}

    found = divergences(
        credit=True, credit_reference_id="C0", total_cost=total, total_energy_cost=stated
    )

    assert [] == found


def test_a_total_time_may_miss_the_clock_by_what_four_decimals_hide():
    """0.0001 of an hour is not seen; a session of no time may state none."""
    assert [] == divergences(total_time=1.0001)


def test_a_session_may_end_as_it_starts():
    """No time passed: nothing ends before it starts."""
    still = {
        "end_date_time": "2026-11-22T10:00:00Z",
        "charging_periods": [
            {
                "start_date_time": "2026-11-22T10:00:00Z",
                "dimensions": [{"type": "ENERGY", "volume": 10}],
            }
        ],
        "total_time": 0,
    }
    assert [] == divergences(**still)


def troubles(*lines: bytes) -> list[str | None]:
    """The sentence of each answer."""
    return [one.trouble for one in check_lines(lines, lambda _: Known(now=NOW))]


def test_trouble_is_a_name_and_codes():
    """Each code once, in the order of the findings; nothing where nothing speaks against it."""
    wrong = line("two", total_energy=11, total_time=0.5, id="2")

    assert [None, "two: volume_differs, time_not_of_session"] == troubles(line("one"), wrong)


def test_a_line_without_a_name_has_its_number():
    """In a finding, and in what cannot be read."""
    plain = json.loads(line(total_energy=11))
    del plain["name"]

    assert ["line 1: volume_differs", "line 2: line"] == [
        trouble[: len("line 1: line")] if number else trouble
        for number, trouble in enumerate(troubles(json.dumps(plain).encode(), b"x"))
    ]


def test_a_session_without_a_register_breaks_no_chain():
    """From 110 to 112 somebody charged, whatever stands between the two."""
    between: dict[str, Any] = {"signed_data": None}
    found = [
        [one["code"] for one in json.loads(answer.text)["findings"]]
        for answer in check_lines(
            [
                hour("A", 7, "100", "110"),
                hour("B", 8, "0", "0", **between),
                hour("C", 9, "112", "122"),
            ],
            lambda _: Known(now=NOW),
        )
    ]

    assert [[], [], ["meter_gap"]] == found


def test_a_meter_without_a_serial_number_is_that_of_the_cdr():
    """The records do not say whose they are; the CDR does."""
    nameless = {"signed_data": signed(("B", "100"), ("E", "110"), meter=""), "meter_id": "M9"}
    after = {"signed_data": signed(("B", "112"), ("E", "122"), meter=""), "meter_id": "M9"}
    lines = [hour("A", 8, "0", "0", **nameless), hour("B", 9, "0", "0", **after)]
    found = [
        json.loads(one.text)["findings"] for one in check_lines(lines, lambda _: Known(now=NOW))
    ]

    assert [[], ["meter_gap"]] == [[one["code"] for one in each] for each in found]


def test_what_can_not_be_read_is_named_with_its_place():
    """The record, nothing that it states, and what is wrong with it."""
    data = {"encoding_method": "OCMF", "signed_values": [{"nature": "End", "signed_data": "??"}]}
    (answer,) = check_lines([line(signed_data=data)], lambda _: Known(now=NOW))
    (found,) = json.loads(answer.text)["findings"]

    assert ("meter_unreadable", "signed_data", "") == (
        found["code"],
        found["field"],
        found["stated"],
    )
    assert found["found"]
