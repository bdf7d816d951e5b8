"""What is said about a tariff: findings, sentences, and what a partner on OCPI 2.2.1 gets."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.cli import main
from app.pricing.tariffs.cdrs.command import price_line
from app.pricing.tariffs.convert import to_ocpi_221
from app.pricing.tariffs.engine import Stay, quote
from app.pricing.tariffs.errors import TariffInvalid
from app.pricing.tariffs.lint import Severity
from app.pricing.tariffs.model import Tariff
from app.pricing.tariffs.ocpi import encode_tariff
from app.pricing.tariffs.review.explain import explain, explain_tariff
from app.pricing.tariffs.review.review import Place, review_tariff
from app.pricing.tariffs.review.words import SENTENCES
from tests.pricing.builders import element, plan, price, tariff
from tests.shared import shared

GOOD = tariff(
    element(price("ENERGY", "0.50", vat="21"), price("PARKING_TIME", "6.00", vat="21")),
    type="AD_HOC_PAYMENT",
    preauthorize_amount=60,
)


def energy(amount: str = "0.50", **restrictions: object) -> dict[str, Any]:
    """An element with a price per kWh."""
    return element(price("ENERGY", amount, vat="21"), **restrictions)


# Per code a tariff that has this finding, and where.
ODD: dict[str, tuple[Tariff, str]] = {
    "nothing_by_use": (tariff(element(price("FLAT", "1", vat="21"))), "elements"),
    "no_preauthorize_amount": (
        tariff(energy(), type="AD_HOC_PAYMENT"),
        "preauthorize_amount",
    ),
    "vat_not_applicable": (tariff(energy(), tax_included="N/A"), "tax_included"),
    "vat_rate_missing": (tariff(element(price("ENERGY", "1"))), "elements"),
    "unreachable": (
        tariff(energy(), energy("0.30", start_time="10:00", end_time="11:00")),
        "elements[1].price_components[0].type",
    ),
    "whole_day": (
        tariff(energy(start_time="08:00", end_time="08:00")),
        "elements[0].restrictions.start_time",
    ),
    "weekday_over_midnight": (
        tariff(energy(start_time="22:00", end_time="06:00", day_of_week=["FRIDAY"]), energy()),
        "elements[0].restrictions.day_of_week",
    ),
    "zero_step": (
        tariff(element(price("ENERGY", "1", step=0, vat="21"))),
        "elements[0].price_components[0].step_size",
    ),
    "coarse_step": (
        tariff(element(price("ENERGY", "1", step=1000, vat="21"))),
        "elements[0].price_components[0].step_size",
    ),
    "step_on_flat": (
        tariff(element(price("ENERGY", "1", vat="21"), price("FLAT", "1", step=60, vat="21"))),
        "elements[0].price_components[1].step_size",
    ),
    "time_step_unused": (
        tariff(
            element(price("TIME", "1", step=60, vat="21"), price("PARKING_TIME", "1", vat="21"))
        ),
        "elements[0].price_components[0].step_size",
    ),
    "reservation_dimension": (
        tariff(energy(), energy("0.10", reservation="RESERVATION")),
        "elements[1].price_components[0].type",
    ),
    "no_fallback": (tariff(energy(start_time="08:00", end_time="20:00")), "elements"),
}


@pytest.mark.parametrize("code", ODD)
def test_a_finding_has_its_code_place_and_sentence(code: str):
    """Each oddity is found where it is."""
    found, field = ODD[code]

    assert (code, field, SENTENCES[code]) in {
        (finding.code, finding.field, finding.text) for finding in review_tariff(found)
    }


def test_a_good_tariff_has_no_findings():
    """Neither by itself nor on a fast charger."""
    place = Place("NL", Decimal(150), vat=Decimal(21))

    assert () == review_tariff(GOOD)
    assert () == review_tariff(GOOD, place)


@pytest.mark.parametrize(
    ("kind", "power", "refused"),
    [
        ("TIME", 50, True),
        ("FLAT", 50, True),
        ("PARKING_TIME", 50, False),
        ("TIME", 49, False),
    ],
)
def test_fast_chargers_are_priced_per_kwh(kind: str, power: int, refused: bool):  # noqa: FBT001
    """AFIR, Article 5(4): from 50 kW on only energy and a fee per minute of occupancy."""
    found = tariff(element(price("ENERGY", "0.50", vat="21"), price(kind, "1", vat="21")))

    findings = review_tariff(found, Place("NL", Decimal(power)))
    errors = [one.code for one in findings if one.severity is Severity.ERROR]

    assert (["afir_per_kwh"] if refused else []) == errors


def test_german_prices_by_time_need_a_certified_clock():
    """MessEV: time stamps of clocks that are not certified make no price."""
    without = review_tariff(GOOD, Place("DE", Decimal(22), vat=Decimal(21)))
    certified = review_tariff(GOOD, Place("DE", Decimal(22), clock_is_certified=True))

    assert [("clock_not_certified", "elements[0].price_components[1].type")] == [
        (one.code, one.field) for one in without
    ]
    assert () == certified


def test_the_rate_is_that_of_the_country():
    """21 % is not the German rate."""
    place = Place("DE", Decimal(22), clock_is_certified=True, vat=Decimal(19))

    assert {"vat_differs"} == {one.code for one in review_tariff(GOOD, place)}


def test_every_sentence_is_used():
    """No finding that nobody makes."""
    placed = {"afir_per_kwh", "clock_not_certified", "vat_differs"}

    assert set(SENTENCES) == {*ODD, *placed}


def test_a_tariff_in_words():
    """Each element in the order in which it counts, its conditions, and the limits."""
    found = tariff(
        energy(start_time="23:00", end_time="07:00", min_kwh=5),
        element(price("ENERGY", "0.45", step=100), price("FLAT", "1.00")),
        max_price={"after_taxes": 50},
    )

    assert (
        "Tariff T in EUR. Prices include VAT.",
        "1. 0.50 EUR per kWh from 23:00 to 07:00 from 5 kWh on.",
        "2. else, 0.45 EUR per kWh, in steps of 100 Wh and 1.00 EUR per session.",
        "At most 50 after VAT per session.",
    ) == explain_tariff(found)


def test_a_price_in_words():
    """What was used at which price, where it stands in the tariff, and the total."""
    found = plan(element(price("ENERGY", "0.50", step=1000), price("FLAT", "1.00")))
    stay = Stay(datetime(2026, 11, 22, 10, tzinfo=UTC), Decimal("9.5"), 30, Decimal(22))

    # 10 kWh are 5.00; 6.00 include 1.04 at 21 %
    assert [
        "Energy: 10 kWh (9.5 rounded up to the step) at 0.5 EUR per kWh is 5.00 EUR",
        "Fixed price: 1 session at 1 EUR per session is 1.00 EUR",
        "Together 6.00 EUR, of which 1.04 EUR VAT.",
    ] == [
        sentence.removesuffix(" (tariff T, element 1).")
        for sentence in explain(quote(found, stay, "UTC", Decimal(21)))
    ]


def test_2_2_1_has_the_same_price():
    """Prices that include 25 % VAT are taken apart, and every session costs the same."""
    new = tariff(
        element(price("ENERGY", "0.50", vat="25"), price("TIME", "3.00", vat="25")),
        min_price={"before_taxes": 2, "after_taxes": Decimal("2.5")},
        preauthorize_amount=60,
    )
    old = to_ocpi_221(new)

    assert ("preauthorize_amount",) == old.left_out
    assert {"excl_vat": Decimal(2), "incl_vat": Decimal("2.5")} == old.body["min_price"]
    assert "tax_included" not in old.body
    assert _cost(json.loads(encode_tariff(new))) == _cost(
        json.loads(json.dumps(old.body, default=float))
    )


def _cost(body: dict[str, Any]) -> object:
    period = {
        "start_date_time": "2026-11-22T10:00:00Z",
        "dimensions": [{"type": "ENERGY", "volume": 11.3}, {"type": "TIME", "volume": 0.75}],
    }
    cdr = {
        "start_date_time": "2026-11-22T10:00:00Z",
        "end_date_time": "2026-11-22T10:45:00Z",
        "charging_periods": [period],
    }
    case = {"name": "x", "timezone": "UTC", "tariffs": [body], "cdr": cdr}
    return price_line(json.dumps(case).encode())["total_cost"]


@pytest.mark.parametrize(
    ("fields", "component"),
    [
        ({}, price("ENERGY", "0.50")),  # no rate
        ({}, price("ENERGY", "0.50", vat="21")),  # 0.50 / 1.21 has no end
        ({"max_price": {"after_taxes": 5}}, price("ENERGY", "0.50", vat="25")),
    ],
)
def test_what_2_2_1_cannot_say_is_refused(fields: dict[str, Any], component: dict[str, Any]):
    """Rather no tariff than a wrong price."""
    with pytest.raises(TariffInvalid):
        to_ocpi_221(tariff(element(component), **fields))


def test_taxes_that_do_not_apply_are_said_to_be_left_out():
    """2.2.1 has no word for it: its prices have no VAT then."""
    found = to_ocpi_221(tariff(energy(), tax_included="N/A"))

    assert ("tax_included",) == found.left_out
    assert "vat" not in found.body["elements"][0]["price_components"][0]


def test_every_published_tariff_can_be_looked_at(tmp_path, capsys):
    """The command explains each example of the specification, and says what it thinks of it."""
    for path in sorted(shared("specs/ocpi/2.3.0_release_core").glob("tariff_[0-9]*.json")):
        assert 0 == main(["tariff", "explain", str(path)]), path
    assert "Tariff 14 in EUR." in capsys.readouterr().out


def test_the_tariff_commands(tmp_path, capsys):
    """A quote in words, the periods of a session, and findings that end with 1 on an error."""
    body = json.loads(encode_tariff(GOOD))
    file = tmp_path / "tariff.json"
    file.write_text(json.dumps(body))
    start = "2026-11-22T10:00:00Z"
    quoted = ["--at", start, "--kwh", "10", "--kw", "20", "--vat", "21"]

    assert 0 == main(["tariff", "quote", *quoted, str(file)])
    assert "Together 5.00 EUR, of which 0.87 EUR VAT." in capsys.readouterr().out

    samples = [
        {"at": start, "energy_kwh": 0},
        {"at": "2026-11-22T10:30:00Z", "energy_kwh": 10},
        {"at": "2026-11-22T10:45:00Z", "energy_kwh": 10},
    ]
    recording = {"tariff": body, "timezone": "Europe/Amsterdam", "samples": samples}
    file.write_text(json.dumps(recording))
    assert 0 == main(["tariff", "split", str(file)])
    rows = [json.loads(row) for row in capsys.readouterr().out.splitlines()]
    assert [
        (start, [{"type": "ENERGY", "volume": 10}, {"type": "TIME", "volume": 0.5}]),
        (
            "2026-11-22T10:30:00Z",
            [{"type": "ENERGY", "volume": 0}, {"type": "PARKING_TIME", "volume": 0.25}],
        ),
    ] == [(row["start_date_time"], row["dimensions"]) for row in rows]

    file.write_text(json.dumps({**body, "elements": []}))
    with pytest.raises(SystemExit) as ended:
        main(["tariff", "lint", str(file)])
    assert (1, "error: no_elements: elements:") == (ended.value.code, capsys.readouterr().out[:29])
    assert 1 == main(["tariff", "lint", str(tmp_path / "absent")])
