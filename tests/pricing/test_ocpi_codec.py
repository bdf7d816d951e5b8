"""Tariffs as OCPI JSON: exact, lenient in, strict out, nothing forgotten."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.pricing.tariffs.errors import TariffInvalid
from app.pricing.tariffs.model import TaxIncluded
from app.pricing.tariffs.ocpi import encode_tariff, parse_tariff
from tests.pricing.builders import read_exactly
from tests.shared import shared

MINIMAL = '{"id": "T", "currency": "EUR", "elements": [{"price_components": [%s]}]%s}'


def _with(component: str = '{"type": "ENERGY", "price": 0.49}', rest: str = "") -> str:
    return MINIMAL % (component, rest)


@pytest.mark.parametrize(
    "folder", ["2.3.0_release_core", "2.3.0_release_payments", "release-2.2.1-bugfixes"]
)
def test_the_examples_of_the_specification_come_back_without_loss(folder: str):
    """Every example tariff is read, and written with all it had, in the form of 2.3.0."""
    files = sorted(shared(f"specs/ocpi/{folder}").glob("tariff*.json"))

    assert len(files) > 15
    for file in files:
        text = file.read_text()
        for old, new in (("excl_vat", "before_taxes"), ("incl_vat", "after_taxes")):
            text = text.replace(old, new)
        before = json.loads(text, parse_float=Decimal)
        before.setdefault("tax_included", "NO")  # 2.2.1: prices exclude VAT
        assert before == read_exactly(encode_tariff(parse_tariff(file.read_bytes())).decode())


def test_a_price_keeps_all_its_digits():
    """Numbers never pass through a float."""
    long = "0.1234567891"

    tariff = parse_tariff(_with(f'{{"type": "ENERGY", "price": {long}, "step_size": 1}}'))

    assert Decimal(long) == tariff.elements[0].price_components[0].price
    assert f'"price":{long},' in encode_tariff(tariff).decode()


def test_unknown_fields_survive_at_every_depth():
    """What OCPI does not know is kept and written back where it stood."""
    text = (
        '{"id":"T","currency":"EUR","x_group":{"a":1.50},"elements":[{"price_components":'
        '[{"type":"ENERGY","price":0.49,"step_size":1,"x_note":"n"}],'
        '"restrictions":{"min_kwh":1,"x_zone":[1]},"x_rank":2}],"tax_included":"YES"}'
    )

    assert read_exactly(text) == read_exactly(encode_tariff(parse_tariff(text)).decode())


def test_null_is_absent():
    """Many peers write null where they mean nothing."""
    tariff = parse_tariff(_with(rest=', "min_price": null, "tariff_alt_url": null'))

    assert tariff.min_price is None
    assert b"null" not in encode_tariff(tariff)


def test_instants_are_read_in_any_zone_and_written_in_utc():
    """+01:00 is accepted, no zone means UTC, and Z is written."""
    rest = (
        ', "start_date_time": "2026-01-01T00:00:00+01:00", "end_date_time": "2027-01-01T00:00:00"'
    )

    tariff = parse_tariff(_with(rest=rest))

    assert datetime(2025, 12, 31, 23, tzinfo=UTC) == tariff.start_date_time
    assert b'"start_date_time":"2025-12-31T23:00:00Z"' in encode_tariff(tariff)
    assert b'"end_date_time":"2027-01-01T00:00:00Z"' in encode_tariff(tariff)


def test_the_price_limits_of_version_2_2_1_are_understood():
    """excl_vat and incl_vat are the old names of before_taxes and after_taxes."""
    tariff = parse_tariff(_with(rest=', "max_price": {"excl_vat": 10, "incl_vat": 12.1}'))

    assert tariff.max_price is not None
    assert (Decimal(10), Decimal("12.1")) == (
        tariff.max_price.before_taxes,
        tariff.max_price.after_taxes,
    )
    assert TaxIncluded.NO is tariff.tax_included


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", "tariff"),
        ("[]", "tariff"),
        ('{"id": "T", "currency": "EUR"}', "elements"),
        (_with('{"type": "COFFEE", "price": 1}'), "elements[0].price_components[0].type"),
        (_with('{"type": "ENERGY", "price": "x"}'), "elements[0].price_components[0].price"),
        (_with('{"type": "ENERGY", "price": "NaN"}'), "elements[0].price_components[0].price"),
        (_with('{"type": "ENERGY", "price": 1e99}'), "elements[0].price_components[0].price"),
        (_with('{"type": "ENERGY", "price": 1e-99}'), "elements[0].price_components[0].price"),
        (
            _with('{"type": "ENERGY", "price": 1, "vat": 121}'),
            "elements[0].price_components[0].vat",
        ),
        (
            _with('{"type": "ENERGY", "price": 1, "step_size": -1}'),
            "elements[0].price_components[0].step_size",
        ),
        (
            _with('{"type": "ENERGY", "price": 1}, {"type": "ENERGY", "price": 2}'),
            "elements[0].price_components[1].type",
        ),
        (_with(""), "elements[0].price_components"),
        ('{"id": "T", "currency": "EUR", "elements": []}', "elements"),
        ('{"id": "", "currency": "EUR", "elements": []}', "id"),
        (_with(rest=', "tax_included": "MAYBE"'), "tax_included"),
        (_with().replace("EUR", "euro"), "currency"),
        (_with().replace("EUR", "eur"), "currency"),
        (_with().replace("EUR", "ZZZ"), "currency"),
        (_with(rest=', "min_price": {"before_taxes": -0.01}'), "min_price.before_taxes"),
        (_with(rest=', "min_price": {}'), "min_price"),
        (
            _with(rest=', "min_price": {"after_taxes": 2}, "max_price": {"after_taxes": 1}'),
            "max_price.after_taxes",
        ),
        (
            _with(
                rest=', "start_date_time": "2026-01-02T00:00:00Z",'
                ' "end_date_time": "2026-01-01T00:00:00Z"'
            ),
            "end_date_time",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_field(text: str, field: str):
    """A tariff that cannot be used says where."""
    with pytest.raises(TariffInvalid) as wrong:
        parse_tariff(text)

    assert field == wrong.value.facts["field"]


@pytest.mark.parametrize(
    ("restriction", "field"),
    [
        ({"start_time": "7:00"}, "start_time"),
        ({"end_time": "24:00"}, "end_time"),
        ({"start_date": "2026-02-30"}, "start_date"),
        ({"start_date": "2026-03-01", "end_date": "2026-03-01"}, "end_date"),
        ({"min_kwh": 5, "max_kwh": 5}, "max_kwh"),
        ({"min_power": -1}, "min_power"),
        ({"max_current": "NaN"}, "max_current"),
        ({"min_duration": 600, "max_duration": 300}, "max_duration"),
    ],
)
def test_a_restriction_that_cannot_be_kept_is_refused(restriction: dict[str, object], field: str):
    """Times, dates and ranges are checked, and the restriction is named."""
    element = {"price_components": [{"type": "ENERGY", "price": 1}], "restrictions": restriction}

    with pytest.raises(TariffInvalid) as wrong:
        parse_tariff({"id": "T", "currency": "EUR", "elements": [element]})

    assert f"elements[0].restrictions.{field}" == wrong.value.facts["field"]


def test_a_mapping_from_a_file_is_read_like_json():
    """A YAML file brings mappings, dates and instants ready-made."""
    element = {
        "price_components": [{"type": "ENERGY", "price": Decimal("0.49")}],
        "restrictions": {"start_date": datetime(2026, 1, 1, tzinfo=UTC).date()},
    }

    tariff = parse_tariff({"id": "T", "currency": "EUR", "elements": [element]})

    assert tariff.elements[0].restrictions is not None
    assert tariff.elements[0].restrictions.start_date == "2026-01-01"
