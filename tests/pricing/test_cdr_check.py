"""`directpay cdr check`: what speaks against CDRs, alone, by their meters and beside each other."""

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.pricing.tariffs.cdrs.check import check_lines
from app.pricing.tariffs.cdrs.plausible import Known
from tests.pricing.test_verify import CDR, PERIOD, TARIFF

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BY_TIME = {"type": "TIME", "price": 6, "vat": 20}


def signed(*readings: tuple[str, str], meter: str = "M1", unit: str = "kWh") -> dict[str, Any]:
    """OCPI's signed data with a record per reading; who signed it does not matter here."""
    return {
        "encoding_method": "OCMF",
        "signed_values": [_record(*one, meter, unit) for one in readings],
    }


def _record(kind: str, energy: str, meter: str, unit: str) -> dict[str, str]:
    page = {"B": 1, "C": 2, "E": 3}[kind]
    reading = {"TX": kind, "RV": Decimal(energy), "RI": "1-b:1.8.0", "RU": unit}
    body = json.dumps({"MS": meter, "PG": f"T{page}", "RD": [reading]}, default=str)
    text = f'OCMF|{body}|{{"SD": "00"}}'
    return {"nature": "End", "signed_data": base64.b64encode(text.encode()).decode()}


def line(name: str = "one", **fields: Any) -> bytes:
    """A case: 10 kWh from 10:00 to 11:00, right in everything, with other fields."""
    tariffs = fields.pop("tariffs", [TARIFF])
    body = {**CDR, "id": name, "country_code": "NL", "party_id": "ABC", **fields}
    return json.dumps({"name": name, "timezone": "UTC", "tariffs": tariffs, "cdr": body}).encode()


def answers(*lines: bytes, **known: Any) -> list[dict[str, Any]]:
    """The answers, as data."""
    found = check_lines(lines, lambda _: Known(**{"now": NOW, **known}))
    return [json.loads(one.text) for one in found]


def codes(*lines: bytes, **known: Any) -> list[list[str]]:
    """The codes of what speaks against each."""
    return [[one["code"] for one in each["findings"]] for each in answers(*lines, **known)]


def test_nothing_speaks_against_a_right_cdr():
    """Its name, and no finding."""
    assert [{"name": "one", "findings": []}] == answers(line())


def test_a_finding_says_what_is_stated_and_what_was_found():
    """11 kWh are stated, 10 are in the periods."""
    [found] = answers(line(total_energy=11))

    assert {
        "code": "volume_differs",
        "field": "total_energy",
        "stated": "11",
        "found": "10.0000",
    } == found["findings"][0]


def test_a_plain_number_is_an_amount_before_taxes():
    """As in OCPI 2.1.1: 5.00 is right, 6.00 is not."""
    assert [[], ["cost_differs"]] == codes(line(total_cost=5, id="A"), line(total_cost=6, id="B"))


def test_what_is_known_of_the_place_is_asked():
    """10 kWh in an hour need 10 kW."""
    assert [["energy_exceeds_power"]] == codes(line(), most_kw=Decimal(7))


def test_what_cannot_be_read_has_its_error_and_stops_no_other():
    """The answers stand in the order of the lines."""
    wrong, right = answers(b'{"name": "bad", "cdr": 7}', line())

    assert ("bad", "cdr") == (wrong["name"], wrong["error"]["field"])
    assert {"name": "one", "findings": []} == right


def test_cdrs_are_looked_at_beside_each_other():
    """The second is the first once more; the broken line between them counts nothing."""
    twice = {"cdr_token": {"uid": "T1"}}

    first, _, second = answers(line(**twice), b"{", line(**twice))

    assert [] == first["findings"]
    assert ["duplicate_id", "overlaps_by_token"] == [one["code"] for one in second["findings"]]


# --- what cost nothing
NIGHT = {**TARIFF, "elements": [{**TARIFF["elements"][0], "restrictions": {"end_time": "10:00"}}]}
LATER = {**PERIOD, "start_date_time": "2026-11-22T10:30:00Z"}


def test_energy_that_no_price_held_for_is_named():
    """A tariff of the night alone: 10 kWh of the day cost nothing."""
    [found] = answers(line(tariffs=[NIGHT], total_cost=None, total_energy_cost=None))

    assert [
        {
            "code": "dimension_unpriced",
            "field": "charging_periods",
            "stated": "10.0000 ENERGY",
            "found": "",
        }
    ] == found["findings"]


def test_a_dimension_without_any_price_is_free():
    """Nobody means to charge for time here."""
    assert [[]] == codes(line())


def test_a_reservation_that_no_price_held_for_is_named():
    """Half an hour before 10:00 has no price, which reservations have in the night alone."""
    reserved = {"price_components": [BY_TIME]}
    night = {"reservation": "RESERVATION", "end_time": "06:00"}
    periods = [
        {
            "start_date_time": "2026-11-22T10:00:00Z",
            "dimensions": [{"type": "RESERVATION_TIME", "volume": 0.5}],
        },
        {**LATER, "dimensions": [{"type": "ENERGY", "volume": 10}]},
    ]
    both = {**TARIFF, "elements": [*TARIFF["elements"], {**reserved, "restrictions": night}]}

    [found] = answers(line(tariffs=[both], charging_periods=periods))

    assert ["0.5000 RESERVATION_TIME"] == [one["stated"] for one in found["findings"]]


# --- the meter
def test_a_register_that_agrees_is_no_finding():
    """110.002 - 100 are 10 kWh and 2 Wh, which two readings may be off by."""
    assert [[]] == codes(line(signed_data=signed(("B", "100"), ("E", "110.002"))))
    assert [[]] == codes(line(signed_data=signed(("E", "110000"), ("B", "100000"), unit="Wh")))


def test_a_register_that_proves_another_energy_is_named():
    """The order of the records is that of their pages."""
    [found] = answers(line(signed_data=signed(("E", "110.003"), ("C", "104"), ("B", "100"))))

    assert [
        {"code": "meter_differs", "field": "total_energy", "stated": "10", "found": "10.003"}
    ] == found["findings"]


@pytest.mark.parametrize("readings", [[("B", "100")], [("E", "110")], []])
def test_half_a_register_says_nothing(readings: list[tuple[str, str]]):
    """A begin without an end is no energy."""
    assert [[]] == codes(line(signed_data=signed(*readings)))


@pytest.mark.parametrize("text", ["OCMF|{", "nothing", ""])
def test_a_record_that_nobody_can_read_is_named(text: str):
    """Another format, or half a record."""
    record = {"signed_data": base64.b64encode(text.encode()).decode()}

    assert [["meter_unreadable"]] == codes(line(signed_data={"signed_values": [record]}))


def test_a_register_beyond_all_meters_is_unreadable():
    """A number that no arithmetic holds."""
    data = signed(("B", "1"), ("E", "9e999999"))

    assert [["meter_unreadable"]] == codes(line(signed_data=data))


def hour(name: str, start: int, begin: str, end: str, **fields: Any) -> bytes:
    """10 kWh within an hour of the day, from one register to another."""
    at, until = (f"2026-11-22T{hour:02d}:00:00Z" for hour in (start, start + 1))
    body: dict[str, Any] = {
        "start_date_time": at,
        "end_date_time": until,
        "charging_periods": [{**PERIOD, "start_date_time": at}],
        "signed_data": signed(("B", begin), ("E", end)),
        **fields,
    }
    return line(name, **body)


def test_registers_go_on_from_session_to_session():
    """In the order of time, whatever the order of the lines."""
    assert [[], [], []] == codes(
        hour("C", 10, "120", "130"), hour("A", 8, "100", "110"), hour("B", 9, "110.001", "120")
    )


def test_energy_that_no_session_has_is_a_gap():
    """From 110 to 112 somebody charged."""
    _, found = answers(hour("A", 8, "100", "110"), hour("B", 9, "112", "122"))

    assert [
        {"code": "meter_gap", "field": "signed_data", "stated": "112", "found": "110"}
    ] == found["findings"]


def test_energy_that_two_sessions_have_is_an_overlap():
    """The second begins at 109, where the first was still charging; the third goes on from it."""
    _, second, third = codes(
        hour("A", 8, "100", "110"), hour("B", 9, "109", "119"), hour("C", 10, "119", "129")
    )

    assert (["meter_overlap"], []) == (second, third)


def test_other_meters_and_credits_have_registers_of_their_own():
    """Another serial number, another party, and a session that was taken back."""
    other = {"signed_data": signed(("B", "500"), ("E", "510"), meter="M2")}
    credit = {"credit": True, "credit_reference_id": "D", "total_cost": None}
    credit["total_energy_cost"] = None

    found = codes(
        hour("A", 7, "100", "110"),
        hour("B", 8, "0", "0", **other),
        hour("C", 9, "700", "710", party_id="XYZ"),
        hour("D", 10, "300", "310"),
        hour("D-C", 10, "300", "310", **credit),
    )

    assert [[], [], [], [], []] == found


# --- the command
def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run `directpay cdr check`."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "cdr", "check", *arguments],
        input=given,
        capture_output=True,
        check=False,
        timeout=60,
    )


def test_the_command_reads_a_file_or_standard_input(tmp_path: Path):
    """And ends with 0 when nothing was found, with 1 and the codes otherwise."""
    file = tmp_path / "cdrs.jsonl"
    file.write_bytes(line() + b"\n\n" + line("two", total_energy=11) + b"\n")

    wrong = run("--at", "2026-11-22T12:00", str(file))
    right = run("--at", "2026-11-22T12:00:00+00:00", "-", given=line())

    assert (1, b"two: volume_differs\n") == (wrong.returncode, wrong.stderr)
    assert ["one", "two"] == [json.loads(each)["name"] for each in wrong.stdout.splitlines()]
    assert (0, b"") == (right.returncode, right.stderr)


def test_the_command_asks_what_it_is_told_of_the_place():
    """7 kW, and 19 % VAT in Germany, where the tariff has 20."""
    found = run("--at", "2026-11-22T12:00Z", "--kw", "7", "--country", "de", "-", given=line())

    assert b"one: energy_exceeds_power, vat_differs\n" == found.stderr


def test_the_command_takes_the_time_of_the_machine():
    """Whenever this runs, 1999 is too old."""
    year = {"start_date_time": "1999-11-22T10:00:00Z", "end_date_time": "1999-11-22T11:00:00Z"}
    period = {**PERIOD, "start_date_time": "1999-11-22T10:00:00Z"}

    assert b"one: too_old\n" == run("-", given=line(**year, charging_periods=[period])).stderr


def test_a_file_that_is_not_there_is_told_in_one_sentence(tmp_path: Path):
    """And nothing else."""
    found = run(str(tmp_path / "none.jsonl"))

    assert (1, 1) == (found.returncode, found.stderr.count(b"\n"))
