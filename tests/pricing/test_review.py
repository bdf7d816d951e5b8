"""What is said about a tariff: findings, sentences, and what a partner on OCPI 2.2.1 gets."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.infra.i18n import LANGUAGES, SOURCE_LANGUAGE, said, speaking
from app.pricing.tariffs.cdrs.command import price_line
from app.pricing.tariffs.convert import to_ocpi_221
from app.pricing.tariffs.engine import Stay, compile_tariff, quote
from app.pricing.tariffs.errors import TariffInvalid
from app.pricing.tariffs.findings import RULES, Severity
from app.pricing.tariffs.model import Tariff
from app.pricing.tariffs.ocpi import encode_tariff
from app.pricing.tariffs.review.places import Place
from app.pricing.tariffs.review.review import review_tariff
from app.pricing.tariffs.words.priced import explain
from app.pricing.tariffs.words.tariff import Moment, explain_day, explain_tariff
from tests.pricing.builders import element, plan, price, tariff
from tests.shared import shared

REVIEW = Path(__file__).parents[2] / "app" / "pricing" / "tariffs"
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
    "never_holds": (tariff(energy(max_kwh=0), energy()), "elements[0].restrictions.max_kwh"),
    "windows_overlap": (
        tariff(energy(start_time="08:00", end_time="20:00"), energy(end_time="09:00"), energy()),
        "elements[1].restrictions.start_time",
    ),
    "gap": (tariff(energy(start_time="08:00", end_time="20:00")), "elements"),
    "no_fallback": (tariff(energy(start_time="08:00", end_time="20:00")), "elements"),
}


@pytest.mark.parametrize("code", ODD)
def test_a_finding_has_its_code_place_and_sentence(code: str):
    """Each oddity is found where it is."""
    found, field = ODD[code]

    assert (code, field) in {(finding.code, finding.field) for finding in review_tariff(found)}


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


def _raised() -> set[str]:
    """The codes that the shape of a tariff, its elements and its place can be found guilty of."""
    found = "\n".join(path.read_text() for path in (REVIEW / "review").glob("*.py"))
    for lint in ("lint.py", "choice/lint.py", "dynamic/lint.py"):
        found += (REVIEW / lint).read_text()
    return set(re.findall(r'Finding\(\s*"(\w+)"', found))


def test_every_rule_is_used():
    """No rule that nobody asks, and no finding without a rule."""
    assert set(RULES) == _raised()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_sentence_in_every_language(language: str):
    """A tariff manager reads a sentence of his language, with its values filled in."""
    with speaking(language):
        texts = {
            code: finding.text
            for found, _ in ODD.values()
            for finding in review_tariff(found, Place("DE", Decimal(150), vat=Decimal(19)))
            for code in [finding.code]
        }
        others = {code: said(rule.sentence) for code, rule in RULES.items()}

    assert all("%" not in text for code, text in texts.items() if code != "vat_differs")
    if language != SOURCE_LANGUAGE:
        assert [] == [code for code, text in others.items() if text == RULES[code].sentence]


def _law(found: Tariff, country: str, kw: int = 22, **known: bool) -> set[str]:
    place = Place(country, Decimal(kw), has_hold=True, **known)
    return {one.code for one in review_tariff(found, place)}


def test_an_occupancy_fee_by_time_is_allowed_on_fast_chargers():
    """AFIR allows a fee per minute that begins after a while; one from the start on is refused."""
    late = tariff(energy(), element(price("TIME", "6", vat="21"), min_duration=3600))
    early = tariff(energy(), element(price("TIME", "6", vat="21")))

    assert set() == _law(late, "NL", 150)
    assert {"afir_per_kwh"} == _law(early, "NL", 150)


def test_the_law_of_the_union_holds_only_there():
    """Switzerland has no AFIR; a minimum price on a fast charger is a price beside the kWh."""
    found = tariff(energy(), min_price={"after_taxes": 2})

    assert {"afir_minimum"} == _law(found, "FR", 50)
    assert {"foreign_currency"} == _law(found, "CH", 50)


def test_great_britain_wants_pence_per_kwh():
    """A fee per session or minute cannot be part of a price per kWh; one for staying may be."""
    fee = element(price("ENERGY", "0.79", vat="20"), price("FLAT", "1", vat="20"))
    stay = element(price("ENERGY", "0.79", vat="20"), price("PARKING_TIME", "6", vat="20"))

    assert {"not_in_pence_per_kwh"} == _law(tariff(fee, currency="GBP"), "GB")
    assert set() == _law(tariff(stay, currency="GBP"), "GB")


def test_germany_wants_a_price_per_kwh():
    """PAngV: a price by time alone is none, even by a certified clock."""
    by_time = tariff(element(price("TIME", "6", vat="19")))

    assert {"kwh_price_missing"} == _law(by_time, "DE", clock_is_certified=True)
    assert set() == _law(tariff(element(price("ENERGY", "0", vat="19"))), "DE")


def test_what_is_not_for_drivers_on_the_spot_is_free_of_their_rules():
    """A regular tariff of a roaming partner may have a price per session on a fast charger."""
    found = tariff(
        element(price("ENERGY", "1", vat="21"), price("FLAT", "1", vat="21")), type="REGULAR"
    )

    assert set() == _law(found, "NL", 150)


def test_a_hold_that_is_set_elsewhere_is_not_missing():
    """The operator file sets the amount to hold; without one the finding tells."""
    found = tariff(energy())

    assert "no_preauthorize_amount" not in _law(found, "NL")
    assert "no_preauthorize_amount" in {
        one.code for one in review_tariff(found, Place("NL", Decimal(22)))
    }


def test_hours_that_nobody_prices_are_named():
    """08:00 to 20:00 and 19:00 to 06:00 overlap for an hour and leave two out."""
    found = tariff(
        energy(start_time="08:00", end_time="20:00"), energy(start_time="19:00", end_time="06:00")
    )

    texts = [one.text for one in review_tariff(found) if one.code in {"gap", "windows_overlap"}]
    assert [
        "the window overlaps that of element 1: in both, the earlier element counts",
        "from 06:00 to 08:00 nothing is charged for energy",
    ] == texts


def test_a_tariff_in_words():
    """Each element in the order in which it counts, its conditions, and the limits."""
    found = tariff(
        energy(start_time="23:00", end_time="07:00", min_kwh=5, day_of_week=["MONDAY", "FRIDAY"]),
        element(
            price("ENERGY", "0.45", step=100), price("FLAT", "1.00"), price("PARKING_TIME", "5")
        ),
        max_price={"after_taxes": 50},
        preauthorize_amount=60,
    )

    assert (
        "Tariff T in EUR. Prices include VAT.",
        "1. €0.50 per kWh (VAT 21%), from 23:00 to 07:00, on Mon, Fri, from 5 kWh on.",
        (
            "2. else €0.45 per kWh (in steps of 0.1 kWh) + €1.00 per session + "
            "€5.00 per hour while connected but not charging."
        ),
        "At most €50.00 after VAT per session.",
        "€60.00 is held before the start.",
    ) == _plain(explain_tariff(found))


NIGHT = tariff(
    energy("0.25", start_time="23:00", end_time="07:00"),
    element(
        price("TIME", "6.00", vat="21"), start_time="23:00", end_time="07:00", min_duration=3600
    ),
    energy("0.49"),
)
EVENING = Moment(datetime(2026, 11, 22, 20, tzinfo=UTC), "Europe/Amsterdam", Decimal(21))


def test_the_day_in_words():
    """What a driver pays now, what comes in addition at night, and what ends in the morning."""
    assert (
        "€0.49 per kWh (until 23:00).",
        "From 23:00: €0.25 per kWh, also €0.10 per minute (free for the first 1 hr).",
        "All prices include 21% VAT.",
        "From 07:00: €0.49 per kWh, no longer per minute.",
    ) == _plain(explain_day(compile_tariff(NIGHT), EVENING))


@pytest.mark.parametrize(
    ("language", "change"),
    [
        ("nl", "Vanaf 23:00: € 0,25 per kWh, ook € 0,10 per minuut (eerste 1 uur gratis)."),
        ("de", "Ab 23:00: 0,25 € je kWh, dazu 0,10 € je Minute (anfangs 1 Std. kostenlos)."),
        (
            "fr",
            (
                "À partir de 23:00 : 0,25 € par kWh, "
                "en plus 0,10 € par minute (d’abord gratuit pendant 1 h)."
            ),
        ),
    ],
)
def test_the_next_change_in_every_language(language: str, change: str):
    """The same, with the signs and spaces of the language."""
    with speaking(language):
        said = _plain(explain_day(compile_tariff(NIGHT), EVENING))

    assert change in said


def test_a_change_days_ahead_names_the_weekday():
    """On Saturday noon the prices of Monday are a day and more away."""
    weekend = tariff(energy("0.30", day_of_week=["SATURDAY", "SUNDAY"]), energy("0.49"))
    saturday = Moment(datetime(2026, 11, 21, 11, tzinfo=UTC), "Europe/Amsterdam", None)

    assert (
        "€0.30 per kWh (until Mon 00:00).",
        "From Mon 00:00: €0.49 per kWh.",
    ) == _plain(explain_day(compile_tariff(weekend), saturday))[:2]


def test_a_price_in_words():
    """What was measured and billed at which price, where it stands in the tariff, and the total."""
    found = tariff(
        element(price("ENERGY", "0.50", step=1000), start_time="08:00", end_time="20:00"),
        element(price("FLAT", "1.00")),
        max_price={"after_taxes": Decimal("5.50")},
    )
    stay = Stay(datetime(2026, 11, 22, 10, tzinfo=UTC), Decimal("9.5"), 30, Decimal(22))

    # 10 kWh are 5.00; 5.50 include 0.95 at 21 %
    assert (
        (
            "Energy: 10.000 kWh (9.500 kWh rounded up to steps of 1 kWh) × €0.50 per kWh = €5.00 "
            "incl. 21% VAT. Tariff T, version 1, element 1, price 1: from 08:00 to 20:00."
        ),
        (
            "Fixed price: 1 × €1.00 per session = €1.00 incl. 21% VAT. "
            "Tariff T, version 1, element 2, price 1."
        ),
        "Cut to the maximum price: -€0.50 incl. 21% VAT. Tariff T, version 1, has a maximum price.",
        "Together €5.50.",
        "At 21% VAT: €4.55 net, €0.95 VAT, €5.50 gross.",
    ) == _plain(explain(quote(compile_tariff(found), stay, "UTC", Decimal(21)), found))


def test_what_was_assumed_is_said():
    """Without a VAT rate net is gross, and somebody should know."""
    found = plan(element(price("ENERGY", "0.50")))
    stay = Stay(datetime(2026, 11, 22, 10, tzinfo=UTC), Decimal(1), 30, Decimal(22))

    assert (
        "No VAT rate is known, so net and gross are the same."
        == explain(quote(found, stay, "UTC", None))[-1]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_pounds_are_said_in_pence(language: str):
    """Public Charge Point Regulations 2023: a kWh is priced in pence, whatever the language."""
    found = compile_tariff(tariff(energy("0.79"), currency="GBP"))

    with speaking(language):
        first = explain_day(found, EVENING)[0]

    assert first.startswith("79p ")


def _plain(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text.replace("\xa0", " ").replace("\u202f", " ") for text in texts)


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
    assert "At 21% VAT: €4.13 net, €0.87 VAT, €5.00 gross." in capsys.readouterr().out

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
