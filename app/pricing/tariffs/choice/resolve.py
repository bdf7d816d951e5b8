"""Which of some rules goes first at a spot: the same as the database decides, in pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.pricing.tariffs.choice.model import AD_HOC, Group, Place, Rule, Spot, memberships, ordered


@dataclass(frozen=True, slots=True)
class Asked:
    """
    For whom, where and when a tariff is wanted; None is at any time.

    *regions* are those of the spot's location.
    """

    spot: Spot
    at: datetime | None
    groups: frozenset[Group] = frozenset({AD_HOC})
    regions: frozenset[Place] = frozenset()


def applicable(rules: Iterable[Rule], asked: Asked) -> list[Rule]:
    """Return those of *rules* that hold for what is *asked*, the one that goes first in front."""
    groups = memberships(asked.groups)
    places = asked.regions | set(asked.spot.places())
    return ordered(
        [
            rule
            for rule in rules
            if rule.group in groups
            and rule.place in places
            and rule.power.holds(asked.spot.power_kw)
            and _is_valid(rule, asked.at)
        ]
    )


def _is_valid(rule: Rule, at: datetime | None) -> bool:
    return at is None or rule.validity.holds(Decimal(int(at.timestamp())))
