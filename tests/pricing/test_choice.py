"""Rules: the narrower goes first, whatever the order; and what lint says of rules that clash."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pricing.tariffs.choice.lint import Map, _covers, lint_rules
from app.pricing.tariffs.choice.model import AD_HOC, Group, GroupKind, Place, PlaceKind, Reach, Rule
from app.pricing.tariffs.choice.resolve import Asked, applicable
from tests.fakes.clock import START
from tests.pricing.choice_strategies import ASKED, RULES

WEST = Place(PlaceKind.REGION, "WEST")
COAST = Place(PlaceKind.REGION, "COAST")
L1, L2 = Place(PlaceKind.LOCATION, "L1"), Place(PlaceKind.LOCATION, "L2")
E1, E2 = Place(PlaceKind.EVSE, "E1"), Place(PlaceKind.EVSE, "E2")
PLUG = Place(PlaceKind.CONNECTOR, "E1/1")
MAP = Map(
    within={
        L1: frozenset({WEST, COAST}),
        E1: frozenset({WEST, COAST, L1}),
        E2: frozenset({WEST, COAST, L1}),
        PLUG: frozenset({WEST, COAST, L1, E1}),
    },
    powers={place: frozenset({Decimal(22)}) for place in (Place(), WEST, COAST, L1, E1, PLUG)}
    | {E2: frozenset({Decimal(150)})},
)


@given(rules=RULES, asked=ASKED, seed=st.integers(0, 1000))
def test_the_order_of_the_rules_never_matters(rules: list[Rule], asked: Asked, seed: int):
    """The same rules in another order give the same answer."""
    shuffled = random.Random(seed).sample(rules, len(rules))

    assert applicable(rules, asked) == applicable(shuffled, asked)


@given(rules=RULES)
def test_the_narrower_goes_before_the_wider(rules: list[Rule]):
    """Of two rules of one priority the one that lies wholly within the other ranks higher."""
    for wide, narrow in permutations([replace(rule, priority=0) for rule in rules], 2):
        if _covers(wide, narrow, MAP) and not _covers(narrow, wide, MAP):
            assert narrow.rank > wide.rank


@given(rules=RULES, asked=ASKED)
def test_a_rule_that_lint_calls_unreachable_is_never_first(rules: list[Rule], asked: Asked):
    """What is hidden by another rule is hidden wherever somebody asks."""
    found = lint_rules(rules, MAP, START)
    hidden = {finding.field for finding in found if finding.code == "rule_unreachable"}
    if asked.spot.location_id == "L1":
        asked = replace(asked, regions=frozenset({WEST, COAST}))

    assert not {rule.name for rule in applicable(rules, asked)[:1]} & hidden


def codes(*rules: Rule) -> list[tuple[str, str]]:
    """What lint says of these rules."""
    return [(found.code, found.field) for found in lint_rules(rules, MAP, START)]


def test_a_rule_behind_a_wider_one_with_priority_is_unreachable():
    """A priority everywhere hides what is said of a single EVSE."""
    assert [("rule_unreachable", "evse")] == codes(
        Rule("all", "T", priority=1), Rule("evse", "U", place=E1)
    )


def test_two_rules_that_cross_are_ambiguous():
    """Fast chargers at a location, and everything in December: at a fast charger then, both."""
    fast = Rule("fast", "T", power=Reach(Decimal(20), None))
    december = Rule("sale", "U", valid_from=START, valid_until=START + timedelta(days=31))

    assert [("rule_ambiguous", "fast")] == codes(fast, december)
    assert [] == codes(fast, replace(december, priority=1))
    assert [] == codes(fast, replace(december, tariff_id="T"))


def test_regions_that_share_a_location_cross():
    """Which of two regions counts at a location in both is decided by name only."""
    assert [("rule_ambiguous", "a")] == codes(
        Rule("a", "T", place=WEST), Rule("b", "U", place=COAST)
    )


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (Rule("r", "T", valid_until=START), "rule_over"),
        (Rule("r", "T", power=Reach(Decimal(50), None), place=E1), "rule_reaches_nothing"),
        (Rule("r", "T", place=L2), "rule_reaches_nothing"),
        (Rule("r", "T", Group(GroupKind.FLEET)), "rule_without_reason"),
    ],
    ids=["over", "no such power", "no such place", "no reason"],
)
def test_a_rule_that_is_odd_by_itself_is_told(rule: Rule, code: str):
    """Its name is the finding's field."""
    assert [(code, "r")] == codes(rule)


def test_rules_as_operators_write_them_are_fine():
    """A default, a location's, and one for ad hoc payers at an EVSE."""
    assert [] == codes(
        Rule("all", "T"), Rule("l1", "U", place=L1), Rule("e1", "V", AD_HOC, place=E1)
    )


@pytest.mark.parametrize("text", ["public", "ad_hoc", "fleet", "fleet:ACME", "roaming:NL*TNM"])
def test_groups_are_read_as_they_are_written(text: str):
    """There and back."""
    assert text == str(Group.parse(text))


@pytest.mark.parametrize("text", ["", "fleets", "public:x", "ad_hoc:x"])
def test_a_group_that_there_is_not_is_refused(text: str):
    """Everybody and who pays on the spot have no groups inside them."""
    with pytest.raises(ValueError, match=r"."):
        Group.parse(text)
