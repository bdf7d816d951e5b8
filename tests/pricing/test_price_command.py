"""`directpay price`: JSON lines in, JSON lines out."""

import io
import json
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest

from app.pricing.tariffs.cdrs.command import price_lines
from tests.shared import shared

KEYS = (
    "total_cost",
    "total_energy_cost",
    "total_time_cost",
    "total_parking_cost",
    "total_fixed_cost",
    "total_reservation_cost",
)
# Where the prose of the specification prints fewer than four decimals of what it computed.
PRINTED_PLACES = {
    "spec/alt_text": 2,
    "spec/alt_url_list_price": 2,
    "spec/alt_url_dynamic_price": 2,
    "spec/energy_step_25": 3,
}
TARIFF = {
    "id": "T",
    "currency": "EUR",
    "elements": [{"price_components": [{"type": "ENERGY", "price": 0.5, "vat": 20}]}],
}
CDR = {
    "start_date_time": "2026-11-22T10:00:00Z",
    "end_date_time": "2026-11-22T11:00:00Z",
    "charging_periods": [
        {
            "start_date_time": "2026-11-22T10:00:00Z",
            "dimensions": [{"type": "ENERGY", "volume": 10}],
        }
    ],
}
CASE = {"name": "one", "timezone": "UTC", "tariffs": [TARIFF], "cdr": CDR}


def line(**fields: object) -> bytes:
    """The case as a line, with other fields."""
    return json.dumps({**CASE, **fields}).encode()


def answers(*lines: bytes) -> list[dict[str, Any]]:
    """What the command answers, with exact numbers."""
    return [json.loads(one.text, parse_float=Decimal) for one in price_lines(lines)]


def test_every_public_case_has_the_costs_that_it_states():
    """Every total and every part that a case states, before and after taxes, to 4 decimals."""
    text = shared("data/ocpi_pricing_cases.jsonl").read_text().splitlines()
    cases = [json.loads(each, parse_float=Decimal) for each in text]
    found = answers(*(each.encode() for each in text))

    assert [case["name"] for case in cases] == [one["name"] for one in found]
    for case, one in zip(cases, found, strict=True):
        place = Decimal(1).scaleb(-PRINTED_PLACES.get(case["name"], 4))
        for key in KEYS:
            stated = case["expected"].get(key) or {}
            for old, new in (("excl", "before_taxes"), ("incl", "after_taxes")):
                if stated.get(old) is not None:
                    rounded = one[key][new].quantize(place, "ROUND_HALF_UP")
                    assert Decimal(stated[old]) == rounded, (case["name"], key)


def test_an_answer_has_every_cost_and_says_where_it_comes_from():
    """10 kWh at 0.50 are 5.00, and 6.00 with 20 % VAT."""
    (found,) = answers(line())

    nothing = {"before_taxes": Decimal(0), "after_taxes": Decimal(0)}
    paid = {"before_taxes": Decimal(5), "after_taxes": Decimal(6)}
    assert {"name": "one", **dict.fromkeys(KEYS, nothing)} | {
        "total_cost": paid,
        "total_energy_cost": paid,
        "currency": "EUR",
        "payable": Decimal(6),
        "lines": [
            {
                "tariff_id": "T",
                "tariff_version": 1,
                "element": 0,
                "component": 0,
                "type": "ENERGY",
                "reservation": False,
                "unit": "kwh",
                "measured": 10,
                "billed": 10,
                "unit_price": Decimal("0.6"),
                "vat": 20,
                "reason": "measured",
                **paid,
            }
        ],
        "notes": [],
    } == found


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (line(cdr={**CDR, "end_date_time": "soon"}), "cdr.end_date_time"),
        (line(cdr={**CDR, "end_date_time": None}), "cdr.end_date_time"),
        (line(cdr={**CDR, "end_date_time": "9999-12-31T23:59:59Z"}), "cdr.end_date_time"),
        (line(cdr=7), "cdr"),
        (line(tariffs=[]), "tariffs"),
        (line(tariffs={}), "tariffs"),
        (line(tariffs=[{**TARIFF, "currency": "euro"}]), "tariffs[0].currency"),
        (line(tariffs=[TARIFF, {**TARIFF, "elements": 1}]), "tariffs[1].elements"),
        (line(tariffs=None, cdr={**CDR, "tariffs": [{"id": "T"}]}), "cdr.tariffs[0].currency"),
        (line(tariffs=None, cdr={**CDR, "tariffs": [TARIFF, 7]}), "cdr.tariffs[1]"),
        (line(tariffs=[TARIFF, 7]), "tariffs[1]"),
        (line(timezone="Mars/Olympus"), "timezone"),
        (
            line(
                cdr={
                    **CDR,
                    "charging_periods": [
                        {
                            "start_date_time": "2026-11-22T10:00:00Z",
                            "dimensions": [{"type": "ENERGY", "volume": "NaN"}],
                        }
                    ],
                }
            ),
            "cdr.charging_periods[0].dimensions",
        ),
    ],
)
def test_bad_input_is_named_and_stops_no_other_line(given: bytes, field: str | None):
    """The line's name, the place and a sentence; the lines around it have their price."""
    before, wrong, after = list(price_lines([line(), given, b"\n", line()]))

    error = json.loads(wrong.text)
    assert ("one", field) == (error["name"], error["error"]["field"])
    assert wrong.trouble
    assert wrong.trouble.startswith("one: ")
    assert before == after
    assert b'"total_cost"' in before.text


@pytest.mark.parametrize("given", [b"{", b"[" * 100_000, b"\xff", b"[]", b'"a"', b"7"])
def test_what_is_no_case_has_the_number_of_its_line(given: bytes):
    """A line without a name is told by its number."""
    first, wrong = price_lines([line(), given])

    assert first.trouble is None
    assert "line 2" == json.loads(wrong.text)["name"]


def test_the_command_ends_with_1_when_a_line_was_wrong():
    """And with 0 when none was."""

    def run(lines: bytes) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", "price"],
            input=lines,
            capture_output=True,
            check=False,
            timeout=60,
        )

    right, wrong = run(line() + b"\n"), run(line(name="bad", cdr=None) + b"\n" + line() + b"\n")

    assert (0, b"", 1) == (right.returncode, right.stderr, right.stdout.count(b"\n"))
    assert (1, 2) == (wrong.returncode, wrong.stdout.count(b"\n"))
    assert wrong.stderr.startswith(b"bad: cdr: ")


def test_a_reader_may_stop_reading():
    """`directpay price | head -1` ends in silence."""
    command = f"{sys.executable} -m app.cli price | head -n 1"
    done = subprocess.run(
        ["sh", "-c", command],
        input=(line() + b"\n") * 3000,
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert (b"", 1) == (done.stderr, done.stdout.count(b"\n"))


def test_a_line_says_why_it_is_there():
    """Tariff, version and reason: a step that rounds up, a fee once, a limit that was reached."""
    components = [
        {"type": "ENERGY", "price": 0.5, "step_size": 3000},
        {"type": "FLAT", "price": 1, "step_size": 1},
    ]
    tariff = {
        "id": "T",
        "currency": "EUR",
        "tax_included": "YES",
        "min_price": {"before_taxes": 100},
        "elements": [{"price_components": components}],
    }
    (answer,) = price_lines([line(tariffs=[tariff])])
    lines = json.loads(answer.text)["lines"]

    assert {("T", 1)} == {(each["tariff_id"], each["tariff_version"]) for each in lines}
    assert {"step_size", "once", "min_price"} == {each["reason"] for each in lines}


def test_lines_are_read_one_by_one():
    """A month of CDRs need not fit into memory: an answer comes before the next line is read."""
    source = io.BytesIO(line() + b"\n" + line(name="two") + b"\n")
    answering = price_lines(source)

    next(answering)
    assert b"two" in source.read()


def test_an_error_has_a_code_a_place_and_a_sentence():
    """The same sentence stands in the answer and, after name and place, on standard error."""
    (wrong,) = price_lines([line(cdr={**CDR, "end_date_time": "2300-01-01T00:00:00Z"})])
    (zone,) = price_lines([line(timezone="Mars/Olympus")])

    assert {
        "name": "one",
        "error": {
            "code": "cdr_invalid",
            "field": "cdr.end_date_time",
            "detail": "no session was then",
        },
    } == json.loads(wrong.text)
    assert "one: cdr.end_date_time: no session was then" == wrong.trouble
    assert "one: timezone: 'Mars/Olympus' is not a time zone" == zone.trouble


@pytest.mark.parametrize("name", [7, None, ["x"], {}])
def test_a_name_that_is_no_text_is_the_number_of_the_line(name: object):
    """Something has to say which line is meant."""
    (wrong,) = price_lines([line(name=name, cdr=None)])

    assert "line 1" == json.loads(wrong.text)["name"]


def test_local_time_is_that_of_the_case_then_of_the_location_and_else_utc():
    """From 11:00 on 1.00 per kWh: 10:00 UTC is 11:00 in Amsterdam; nobody says so: 0.50."""
    element = {"price_components": [{"type": "ENERGY", "price": 1}]}
    dear = {**element, "restrictions": {"start_time": "11:00"}}
    tariff = {**TARIFF, "elements": [dear, *TARIFF["elements"]]}
    place = {**CDR, "cdr_location": {"time_zone": "Europe/Amsterdam"}}

    named, placed, both, nowhere, elsewhere = answers(
        line(tariffs=[tariff], timezone="Europe/Amsterdam"),
        line(tariffs=[tariff], cdr=place, timezone=None),
        line(tariffs=[tariff], cdr=place, timezone="UTC"),
        line(tariffs=[tariff], timezone=None),
        line(tariffs=[tariff], cdr={**CDR, "cdr_location": {}}, timezone=""),
    )

    spans = "period_spans_price_change"
    assert [10, 10, 5, 5, 5] == [
        one["total_cost"]["before_taxes"] for one in (named, placed, both, nowhere, elsewhere)
    ]
    assert ["tax_rate_unknown"] == named["notes"] == placed["notes"]
    assert [] == [note for note in both["notes"] if note != spans]
    assert ["time_zone_assumed"] == nowhere["notes"] == elsewhere["notes"]


@pytest.mark.parametrize(
    ("given", "field", "detail"),
    [
        (b"{", "line", "Input data was truncated"),
        (b'{"x":' + b"[" * 100_000, "line", "this is not JSON that can be read"),
        (b'{"name": "\xff"}', "line", "this is not JSON that can be read"),
        (line(cdr=7), "cdr", "Expected `object`, got `int`"),
        (line(tariffs=[]), "tariffs", "there is no tariff"),
        (
            line(cdr={**CDR, "charging_periods": [{"start_date_time": "1989-12-31T23:59:59Z"}]}),
            "cdr.charging_periods[0].start_date_time",
            "no session was then",
        ),
        (
            line(
                cdr={
                    **CDR,
                    "charging_periods": [
                        {
                            "start_date_time": "2026-11-22T10:00:00Z",
                            "dimensions": [{"type": "TIME", "volume": "NaN"}],
                        }
                    ],
                }
            ),
            "cdr.charging_periods[0].dimensions",
            "in the period from 2026-11-22 10:00:00+00:00 a volume is not a usable number",
        ),
    ],
)
def test_an_error_says_what_is_wrong_in_one_sentence(given: bytes, field: str, detail: str):
    """The place on its own, and the sentence without it."""
    (wrong,) = price_lines([given])

    error = json.loads(wrong.text)["error"]
    assert (field, detail) == (error["field"], error["detail"])
    assert wrong.trouble
    assert wrong.trouble.endswith(f": {field}: {detail}")


@pytest.mark.parametrize(
    ("at", "is_session"),
    [
        ("1990-01-01T00:00:00Z", True),
        ("2189-12-31T23:59:59Z", True),
        ("2190-01-01T00:00:00Z", False),
    ],
)
def test_sessions_were_after_1990_and_are_before_2190(at: str, *, is_session: bool):
    """What is outside is a slip of the keyboard."""
    period = {**CDR["charging_periods"][0], "start_date_time": at}
    cdr = {"start_date_time": at, "end_date_time": at, "charging_periods": [period]}

    (answer,) = price_lines([line(cdr=cdr)])

    assert is_session is (answer.trouble is None)


def test_a_line_without_a_name_has_its_number():
    """Whether it is priced or not; blank lines count."""
    unnamed = {name: value for name, value in CASE.items() if name != "name"}

    found = answers(b"\n", json.dumps(unnamed).encode(), line(name="", cdr=None))

    assert ["line 2", "line 3"] == [one["name"] for one in found]


def test_ends_of_lines_and_marks_of_the_encoding_are_no_part_of_a_line():
    """A file that was written on Windows."""
    before, marked = price_lines([line(), b"\xef\xbb\xbf" + line() + b"\r\n"])

    assert before == marked


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00"])
def test_a_tariff_until_an_instant_that_utc_cannot_say_stops_no_other_line(end: str):
    """The line has an error that names the field, and the next one is priced."""
    wrong, right = answers(line(tariffs=[{**TARIFF, "end_date_time": end}]), line())

    assert "tariffs[0].end_date_time" == wrong["error"]["field"]
    assert 6 == right["total_cost"]["after_taxes"]


def test_a_name_that_is_null_is_absent():
    """Null is absent everywhere, so the line is called by its number."""
    assert ["line 1"] == [found["name"] for found in answers(line(name=None))]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_credit_of_energy_in_both_directions_takes_back_what_was_billed(sign: int):
    """10 kWh in and 4 kWh out cost 3.60, whichever sign the credit gives to its volumes."""
    periods = [
        {
            "start_date_time": f"2026-11-22T10:{minute}:00Z",
            "dimensions": [{"type": "ENERGY", "volume": sign * volume}],
        }
        for minute, volume in (("00", 10), ("30", -4))
    ]

    [found] = answers(line(cdr={**CDR, "charging_periods": periods, "credit": True}))

    assert Decimal("-3.6") == found["total_cost"]["after_taxes"]
