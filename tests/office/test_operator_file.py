"""What is said about a faulty operator file: every fault at once, each with its line and field."""
# ruff: noqa: E501 - a table reads better with one case per line

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.infra.i18n import LANGUAGES
from app.office.import_operator.faults import OperatorFileInvalid, parsed, spelled
from app.office.import_operator.run import check, read_operator_file
from app.office.import_operator.source import read_yaml
from app.office.import_operator.tariff_review import tariff_warnings

DEMO = Path(__file__).parent.parent.parent / "app" / "sandbox" / "demo" / "operator.yaml"


def faults_of(*changes: tuple[str, str], once: bool = True) -> list[str]:
    """Return the faults of the demo file after *changes*, without the name of the file."""
    file = read_operator_file(DEMO)
    text = file.text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1 if once else -1)
    with pytest.raises(OperatorFileInvalid) as raised:
        check(replace(file, text=text), read_yaml(text))
    return [line.split(":", 2)[2].strip() for line in raised.value.detail.splitlines()]


def test_the_demo_file_has_no_fault():
    """The file that ships can be imported."""
    file = read_operator_file(DEMO)

    plan, evses = check(file, read_yaml(file.text))

    assert 8 == len(evses)
    assert Decimal("52.371810") == plan.locations[0].latitude


def test_all_faults_are_told_at_once():
    """Nobody corrects a file ten times."""
    told = faults_of(
        ("max_power_kw: 22}", "max_power_kw: fast}"),
        ("city: Amsterdam", "town: Amsterdam"),
        ("evse_no: 2", "evse_no: two"),
        ("languages: [en, nl, de, fr]", "languages: en"),
    )

    assert [
        "operator.address.city: is missing",
        "operator.address.town: unknown field; known are street, postal_code, city, country",
        "operator.languages: expected a list, got 'en'",
        "locations[0].evses[0].connectors[0].max_power_kw: expected a number, got 'fast'",
        "locations[0].evses[1].evse_no: expected a whole number, got 'two'",
    ] == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"#0b6e4f"', "green", "operator.brand.colour: expected '#rrggbb', got 'green'"),
        ("logo.svg", "none.svg", "operator.brand.logo: cannot read 'none.svg': No such file or directory"),
        ("logo.svg", "../demo/logo.svg", "operator.brand.logo: expected the name of one of .svg, .png, .jpg, .jpeg, .webp beside it"),
        ("slug: voltstraat", "slug: Volt Straat", "operator.slug: expected 2 to 40 of a-z, 0-9 and '-'"),
        ("[en, nl, de, fr]", "[en, tlh]", f"operator.languages: expected some of {', '.join(LANGUAGES)}, got ['tlh']"),
        ("+31 20 123 4567", "020 1234567", "operator.support.phone: expected an international number such as +31 20 123 4567"),
        ("45.00 EUR", "45", "hold.ac: expected text, got 45"),
        ("45.00 EUR", "45,00 EUR", "hold.ac: expected an amount such as 45.00 EUR, got '45,00 EUR'"),
        ("45.00 EUR", "45.005 EUR", "hold.ac: EUR has 2 decimals"),
        ("45.00 EUR", "0 EUR", "hold.ac: expected an amount above zero"),
        ("[25.00 EUR, 50.00 EUR, 100.00 EUR]", "[25 EUR, x]", "wallet.amounts[1]: expected an amount such as 45.00 EUR, got 'x'"),
        ("most: 250.00 EUR", "most: 20.00 EUR", "wallet.most: the largest amount is more than a wallet may have"),
        ("[25.00 EUR, 50.00 EUR, 100.00 EUR]", "[]", "wallet.amounts: credit is sold in amounts above zero"),
        ("[25.00 EUR, 50.00 EUR, 100.00 EUR]", "[25.00 SEK]", "wallet.amounts: credit is sold in one currency"),
        ("tariff: nl-kwh", "tariff: nl-kw", "tariff: no tariff has the id 'nl-kw'"),
        ("KADE23", "KADE22", "locations[0].evses[1].code: the code 'KADE22' is used twice"),
        ("serial: VLT-CGN-1-2", "serial: VLT-CGN-1-1", "locations[1].evses[1].meter.serial: the serial of a meter 'VLT-CGN-1-1' is used twice"),
        ("KADE23", "KADE0O", "locations[0].evses[1].code: expected 6 to 12 of A-Z and 2-9, without I, L and O"),
        ("Europe/Amsterdam", "Europe/Amsterdm", "locations[0].time_zone: 'Europe/Amsterdm' is not an IANA time zone"),
        ("latitude: 52.371810", "latitude: 152.4", "locations[0].latitude: expected degrees between -90 and 90"),
        ("NL*VLT*E1001", "NL-1", "locations[0].evses[0].evse_id: 'NL-1' is not an EVSE id such as NL*DPY*E1001"),
        ("IEC_62196_T2,", "TYPE2,", "locations[0].evses[0].connectors[0].standard: 'TYPE2' is not an OCPI connector type"),
        ("charge_point: VLT-AMS-2", "charge_point: VLT-AMS-9", "locations[0].evses[2].charge_point: no charge point is called 'VLT-AMS-9'"),
        ("voltstraat-ams-1-pass", "short", "locations[0].charge_points[0].password: expected 16 to 40 characters (OCPP security profile 1)"),
        ("price: 0.49", "price: cheap", "tariffs[0].elements[0].price_components[0].price: Invalid decimal string"),
        ("legal_name: Voltstraat Laden B.V.", 'legal_name: ""', "operator.legal_name: may not be empty"),
        ("country: SE\n", "country: SE\n    country: NO\n", "locations[2].country: stands here twice"),
    ],
)  # fmt: skip
def test_a_fault_names_its_field(old, new, told):
    """The sentence says what was expected and where."""
    assert told in faults_of((old, new))


def test_a_broken_tariff_is_one_fault():
    """Where it is assigned, nothing is said about it."""
    told = faults_of(("price: 0.49", "price: cheap"))

    assert ["tariffs[0].elements[0].price_components[0].price: Invalid decimal string"] == told


def test_a_fault_names_its_line():
    """The line of the very field, also in one-line mappings."""
    file = read_operator_file(DEMO)
    text = file.text.replace("code: KADE24", "code: kade24")

    with pytest.raises(OperatorFileInvalid) as raised:
        check(replace(file, text=text), read_yaml(text))

    line = text.splitlines().index("        code: kade24") + 1
    assert raised.value.detail.startswith(f"operator.yaml:{line}: locations[0].evses[2].code: ")


def test_every_evse_needs_a_hold_and_a_tariff_in_one_currency():
    """What could not be sold is found before a driver stands there."""
    hold = faults_of(("hold:\n  ac: 45.00 EUR\n  dc: 80.00 EUR\n", ""))
    tariff = faults_of(("tariff: nl-kwh\n", ""))
    currency = faults_of(("450.00 SEK", "45.00 EUR"))

    assert "locations[0].evses[0]: has no hold amount for AC: set hold here or above" in hold
    assert "locations[1].evses[0]: has no hold amount for DC: set hold here or above" in hold
    assert "locations[0].evses[0]: has no tariff: set tariff here or above" in tariff
    assert "locations[2].evses[0]: holds EUR, but its tariff 'se-day-night' is in SEK" in currency


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "operator.yaml:1: the file is empty"),
        ("operator: [1, 2", "operator.yaml:1: not YAML: expected ',' or ']', but got '<stream end>'"),
        ("operator: !!python/object:os.system x", "operator.yaml:1: operator: the tag tag:yaml.org,2002:python/object:os.system is not allowed"),
        ("- 1", "operator.yaml:1: expected a mapping, got a list"),
        ("a: " + "[" * 60 + "]" * 60, "operator.yaml:1: a" + "[0]" * 40 + ": nested too deep"),
    ],
)  # fmt: skip
def test_what_is_not_a_document_is_said_so(text, told):
    """Broken YAML, foreign tags and depth end in a sentence, not in a traceback."""
    file = read_operator_file(DEMO)

    with pytest.raises(OperatorFileInvalid) as raised:
        check(replace(file, text=text), read_yaml(text))

    assert told == raised.value.detail


def test_numbers_are_exact_and_words_stay_words():
    """0.1 is a tenth; `no` is Norway; a postal code keeps its zero; a date is text."""
    source = read_yaml("a: 0.10\nb: no\nc: 01067\nd: 2026-01-02\ne: 7\nf: 1:30\ng: true\nh: ~\n")

    assert {
        "a": Decimal("0.10"),
        "b": "no",
        "c": "01067",
        "d": "2026-01-02",
        "e": 7,
        "f": "1:30",
        "g": True,
        "h": None,
    } == source.value
    assert isinstance(source.value["a"], Decimal)


def test_paths_are_written_and_read_alike():
    """The way there and back."""
    path = ("tariffs", 0, "elements", 12, "price_components")

    assert "tariffs[0].elements[12].price_components" == spelled(path)
    assert path == parsed(spelled(path))


def test_a_tariff_that_breaks_the_law_of_a_place_is_refused():
    """AFIR at 150 kW and MessEV in Germany: each finding once, with its location."""
    told = faults_of(
        ("min_duration: 2700", "max_kwh: 80"), ("    time_metering_certified: true\n", "")
    )

    place = "tariffs[1].elements[0].price_components[0].type"
    assert [
        f"{place}: from 50 kW on, charging on the spot is priced per kWh; beside it only a fee per minute of occupancy is allowed (at CGN-HOF)",
        f"{place}: in Germany a price by time needs meters with a certified clock, which this place does not have (at CGN-HOF)",
    ] == told


def test_what_may_surprise_about_a_tariff_is_told():
    """A VAT rate that is not the country's, and a step that charges what was not used is advice."""
    file = read_operator_file(DEMO)
    text = file.text.replace("price: 0.59, step_size: 1", "price: 0.59, step_size: 100, vat: 21")

    plan, _ = check(replace(file, text=text), read_yaml(text))

    told = (
        "warning: tariff 'de-fast': elements[1].price_components[0].vat: "
        "the VAT rate is 21 %, that of the place 19 % (at CGN-HOF)"
    )
    assert (told,) == tariff_warnings(plan, datetime(2026, 11, 22, tzinfo=UTC))


def test_the_tariffs_of_the_demo_surprise_nobody():
    """Each holds where it may, at the rate of its place."""
    file = read_operator_file(DEMO)
    plan, _ = check(file, read_yaml(file.text))

    assert () == tariff_warnings(plan, datetime(2026, 11, 22, tzinfo=UTC))
