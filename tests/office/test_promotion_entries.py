"""The promotions of an operator file: what they become, and every fault with its field."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.office.import_operator.faults import OperatorFileInvalid
from app.office.import_operator.promotions import PromotionOrder
from app.office.import_operator.run import check, read_operator_file
from app.office.import_operator.source import read_yaml
from app.pricing.promotions.model import (
    Energy,
    Gift,
    Limits,
    Parking,
    Percent,
    Sessions,
    Terms,
    Value,
)

DEMO = Path(__file__).parent.parent.parent / "app" / "sandbox" / "demo" / "operator.yaml"


def orders_of(entries: str) -> tuple[PromotionOrder, ...]:
    """Return what the demo file orders with these *entries* as its promotions."""
    file = read_operator_file(DEMO)
    before, _, rest = file.text.partition("promotions:\n")
    _, _, after = rest.partition("\nlocations:")
    text = f"{before}promotions:\n{entries}\nlocations:{after}"
    plan, _ = check(replace(file, text=text), read_yaml(text))
    assert plan.promotions is not None
    return plan.promotions


def faults_of(fields: str) -> list[str]:
    """Return the faults of one entry, from `promotions[0]` on."""
    with pytest.raises(OperatorFileInvalid) as raised:
        orders_of(f"  - {{{fields}}}\n")
    return [line.partition("promotions[0]")[2] for line in raised.value.detail.splitlines()]


def test_every_field_becomes_a_term():
    """A code in percent with all that can be said of it."""
    (order,) = orders_of("""
  - id: autumn-20
    name: Autumn
    currency: EUR
    percent: 12.5
    code: autumn
    stackable: true
    partner: Café Kade
    valid_from: 2026-09-01T00:00+02:00
    valid_until: 2026-12-01T00:00+01:00
    locations: [AMS-KADE]
    tariffs: [nl-kwh]
    groups: [ad_hoc]
    minimum: 5.00 EUR
    most: 7.50 EUR
    limits:
      {uses: 100, uses_a_day: 10, per_driver: 2, per_code: 1,
       budget: 500.00 EUR, budget_a_day: 50.00 EUR}
""")

    assert order == PromotionOrder(
        "autumn-20",
        Terms(
            name="Autumn",
            benefit=Percent(Decimal("12.5")),
            currency="EUR",
            stackable=True,
            partner="Café Kade",
            valid_from=datetime(2026, 8, 31, 22, tzinfo=UTC),
            valid_until=datetime(2026, 11, 30, 23, tzinfo=UTC),
            locations=("AMS-KADE",),
            tariffs=("nl-kwh",),
            groups=("ad_hoc",),
            minimum_minor=500,
            most_minor=750,
            limits=Limits(100, 10, 2, 1, 50_000, 5000),
        ),
        "autumn",
    )


@pytest.mark.parametrize(
    ("field", "benefit"),
    [
        ("money: 5.00 EUR", Value(500)),
        ("sessions: 1", Sessions(1)),
        ("percent: 20", Percent(Decimal(20))),
        ("kwh: 12.5", Energy(Decimal("12.5"))),
        ("parking_minutes: 60", Parking(60)),
        ("gift: A sandwich", Gift("A sandwich")),
    ],
)
def test_each_benefit_has_its_field(field: str, benefit):
    """Money, sessions, percent, kWh, parking minutes, a gift."""
    (order,) = orders_of(f"  - {{id: c, name: C, currency: EUR, {field}}}\n")

    assert benefit == order.terms.benefit


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("", [": expected exactly one of money, sessions, percent, kwh, parking_minutes, gift"]),
        (
            "kwh: 1, percent: 1",
            [": expected exactly one of money, sessions, percent, kwh, parking_minutes, gift"],
        ),
        ("percent: 200", [".percent: expected a percentage above 0 and up to 100"]),
        ("percent: -5", [".percent: expected a percentage above 0 and up to 100"]),
        ("money: 5 SEK", [".money: expected an amount such as 5.00 EUR, got '5 SEK'"]),
        ("money: 0.00 EUR", [".money: must be above zero"]),
        ("sessions: 0", [".sessions: must be above zero"]),
        ("gift: ''", [".gift: expected 1 to 80 characters in one line"]),
        ("percent: 5, most: 1.234 EUR", [".most: '1.234 EUR' has too many decimals"]),
        ("percent: 5, code: no", [".code: expected a word of 4 to 11 letters and digits"]),
        (
            "percent: 5, automatic: true, code: AUTUMN",
            [".code: an automatic promotion has no code"],
        ),
        ("percent: 5, automatic: 1", [".automatic: expected true or false, got 1"]),
        ("percent: 5, locations: [NOWHERE]", [".locations: there is no 'NOWHERE' in locations"]),
        ("percent: 5, evses: [NONE]", [".evses: there is no 'NONE' in evses"]),
        ("percent: 5, tariffs: [none]", [".tariffs: there is no 'none' in tariffs"]),
        ("percent: 5, groups: [friends]", [".groups: there is no group 'friends'"]),
        (
            "percent: 5, valid_from: 2026-11-22",
            [".valid_from: expected 2026-11-22T10:00+01:00 or so, got '2026-11-22'"],
        ),
        ("percent: 5, limits: {uses: 0}", [".limits.uses: must be above zero"]),
        ("percent: 5, limits: {uses: many}", [".limits.uses: expected a whole number, got 'many'"]),
    ],
)
def test_what_is_wrong_is_said_with_its_field(fields: str, told: list[str]):
    """A person reads the line, the field and the reason."""
    assert told == faults_of(f"id: c, name: C, currency: EUR, {fields}".rstrip(", "))


def test_ids_and_codes_stand_once():
    """Two promotions of one id, or of one word however it is written, are faults."""
    entry = "  - {{id: {}, name: C, currency: EUR, percent: 5, code: {}}}\n"
    with pytest.raises(OperatorFileInvalid) as raised:
        orders_of(entry.format("c", "AUTUMN") + entry.format("c", "au-tumn"))

    assert ["the promotion 'c' stands here twice", "the code 'au-tumn' stands here twice"] == [
        line.rpartition(": ")[2] for line in sorted(raised.value.detail.splitlines(), reverse=True)
    ]


def test_names_and_gifts_may_be_said_in_other_languages():
    """Drivers of any other language read what the operator wrote first."""
    (order,) = orders_of("""
  - id: breakfast
    name: Ontbijt
    currency: EUR
    gift: Een broodje
    names: {en: Breakfast, de: Frühstück}
    gifts: {en: A sandwich}
    automatic: true
""")

    terms = order.terms
    assert ["Breakfast", "Frühstück", "Ontbijt"] == [
        terms.name_in(one) for one in ("en", "de", "nl")
    ]
    assert ["A sandwich", "Een broodje"] == [terms.gift_in(one) for one in ("en", "de")]


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ("gift: x, names: {xx: y}", [".names.xx: expected one of"]),
        ("percent: 10, gifts: {nl: y}", [".gifts: only a gift has them"]),
        ('gift: x, gifts: {nl: ""}', [".gifts.nl: expected 1 to 80 characters in one line"]),
        ('gift: x, names: {de: ""}', [".names.de: expected 1 to 80 characters in one line"]),
    ],
)
def test_a_translation_that_cannot_be_used_is_named(fields: str, faults: list[str]):
    """Another language than the pages have, no gift at all, and no text."""
    found = faults_of(f"id: a, name: A, currency: EUR, automatic: true, {fields}")

    assert len(faults) == len(found)
    assert all(one.startswith(fault) for one, fault in zip(found, faults, strict=True))
