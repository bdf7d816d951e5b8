"""What is odd about rules that stand together: some never come first, some clash."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from app.pricing.tariffs.choice.model import GroupKind, Place, PlaceKind, Rule
from app.pricing.tariffs.findings import Finding


@dataclass(frozen=True, slots=True)
class Map:
    """Which places lie *within* which others, and the *powers* (kW) of the EVSEs at a place."""

    within: Mapping[Place, frozenset[Place]]
    powers: Mapping[Place, frozenset[Decimal]]

    def contains(self, wide: Place, narrow: Place) -> bool:
        """Tell whether whatever is at *narrow* is at *wide* too."""
        everywhere = wide.kind is PlaceKind.OPERATOR
        return everywhere or wide == narrow or wide in self.within.get(narrow, frozenset())

    def meet(self, one: Place, other: Place) -> bool:
        """Tell whether an EVSE may lie at both places: two regions may share a location."""
        if PlaceKind.REGION in {one.kind, other.kind} and one.kind is other.kind:
            inside = [place for place, found in self.within.items() if {one, other} <= found]
            return one == other or bool(inside)
        return self.contains(one, other) or self.contains(other, one)


def lint_rules(rules: Sequence[Rule], places: Map, at: datetime) -> tuple[Finding, ...]:
    """Return what surprises about *rules* that stand together, as of the instant *at*."""
    findings = [finding for rule in rules for finding in _alone(rule, places, at)]
    for rule in rules:
        better = next((one for one in rules if _hides(one, rule, places)), None)
        if better is not None:
            findings.append(Finding("rule_unreachable", rule.name, {"other": repr(better.name)}))
    for one, other in combinations(rules, 2):
        if _clash(one, other, places):
            names = {"one": repr(one.name), "other": repr(other.name)}
            findings.append(Finding("rule_ambiguous", one.name, names))
    return tuple(findings)


def _alone(rule: Rule, places: Map, at: datetime) -> Iterator[Finding]:
    if rule.valid_until is not None and rule.valid_until <= at:
        yield Finding("rule_over", rule.name)
    powers = places.powers.get(rule.place, frozenset())
    if not any(rule.power.holds(power) for power in powers):
        yield Finding("rule_reaches_nothing", rule.name)
    if rule.group.kind not in {GroupKind.PUBLIC, GroupKind.AD_HOC} and not rule.reason:
        yield Finding("rule_without_reason", rule.name)


def _hides(one: Rule, rule: Rule, places: Map) -> bool:
    return one is not rule and _goes_first(one, rule) and _covers(one, rule, places)


def _goes_first(one: Rule, other: Rule) -> bool:
    return one.rank > other.rank or (one.rank == other.rank and one.name < other.name)


def _covers(wide: Rule, narrow: Rule, places: Map) -> bool:
    """Tell whether *wide* holds wherever and whenever, and for whomever, *narrow* does."""
    return (
        _group_contains(wide, narrow)
        and places.contains(wide.place, narrow.place)
        and wide.power.contains(narrow.power)
        and wide.validity.contains(narrow.validity)
    )


def _group_contains(wide: Rule, narrow: Rule) -> bool:
    same_kind = wide.group.kind is narrow.group.kind and not wide.group.id
    return wide.group.kind is GroupKind.PUBLIC or wide.group == narrow.group or same_kind


def _clash(one: Rule, other: Rule, places: Map) -> bool:
    """Tell whether both may hold together, and only the order of the parts decides."""
    together = (
        (_group_contains(one, other) or _group_contains(other, one))
        and places.meet(one.place, other.place)
        and one.power.meets(other.power)
        and one.validity.meets(other.validity)
    )
    ordered = _covers(one, other, places) or _covers(other, one, places)
    is_same = one.tariff_id == other.tariff_id or one.priority != other.priority
    return together and not ordered and not is_same
