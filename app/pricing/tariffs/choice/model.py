"""Rules: for which group and at which place a tariff holds, since when, and before which others."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.pricing.tariffs.model import TariffVersion

_NOBODY: Final = UUID(int=0)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class GroupKind(StrEnum):
    """Who charges; PUBLIC is everybody, and what the others have in common."""

    PUBLIC = "public"
    AD_HOC = "ad_hoc"
    INDIVIDUAL = "individual"
    FLEET = "fleet"
    PRIVATE = "private"
    ROAMING = "roaming"


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """
    Some of those who charge: everybody of a *kind*, or with an *id* those of one fleet or so.

    The id is that of the fleet, of the private group (the `group_id` of OCPI tokens), or of the
    roaming party, such as NL*TNM.
    """

    kind: GroupKind
    id: str = ""

    def __str__(self) -> str:
        """Return the group as people write it: `fleet`, `fleet:ACME`."""
        return f"{self.kind}:{self.id}" if self.id else str(self.kind)

    @classmethod
    def parse(cls, text: str) -> "Group":
        """Return the group that is written as *text*; raise ValueError when there is none such."""
        kind, _, name = text.partition(":")
        group = cls(GroupKind(kind), name)
        if name and kind in {GroupKind.PUBLIC, GroupKind.AD_HOC}:
            msg = f"{kind} has no groups inside it"
            raise ValueError(msg)
        return group


PUBLIC: Final = Group(GroupKind.PUBLIC)
AD_HOC: Final = Group(GroupKind.AD_HOC)


class PlaceKind(StrEnum):
    """Where a rule holds, from the widest to the narrowest."""

    OPERATOR = "operator"
    REGION = "region"
    LOCATION = "location"
    EVSE = "evse"
    CONNECTOR = "connector"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Everywhere (id ""), a region, a location, an EVSE, or a connector: `<evse_uid>/<id>`."""

    kind: PlaceKind = PlaceKind.OPERATOR
    id: str = ""

    def __str__(self) -> str:
        """Return the place as people write it: `everywhere`, `location KADE`."""
        return f"{self.kind} {self.id}" if self.id else "everywhere"


@dataclass(frozen=True, slots=True)
class Reach:
    """Of a scale of instants or of kilowatts: from *least* on and below *most*; None is open."""

    least: Decimal | None = None
    most: Decimal | None = None

    def holds(self, value: Decimal) -> bool:
        """Tell whether *value* is within reach: the least is, the most is not."""
        return (self.least is None or self.least <= value) and (
            self.most is None or value < self.most
        )

    def meets(self, other: "Reach") -> bool:
        """Tell whether some value is within reach of both."""
        return _below(self.least, other.most) and _below(other.least, self.most)

    def contains(self, other: "Reach") -> bool:
        """Tell whether whatever is within the *other* reach is within this one."""
        starts = self.least is None or (other.least is not None and self.least <= other.least)
        ends = self.most is None or (other.most is not None and other.most <= self.most)
        return starts and ends

    @property
    def narrowness(self) -> tuple[int, int]:
        """Return what grows whenever a reach is cut down: its closed ends, then how close."""
        if self.least is not None and self.most is not None:
            return 2, -int((self.most - self.least) * 1000)
        if self.least is not None:
            return 1, int(self.least * 1000)
        return (0, 0) if self.most is None else (1, -int(self.most * 1000))


def _below(least: Decimal | None, most: Decimal | None) -> bool:
    return least is None or most is None or least < most


@dataclass(frozen=True, slots=True)
class Rule:
    """
    For *group* at *place*, on EVSEs of the *power* (kW), *tariff_id* holds while it is valid.

    The *name* is the operator's, unique among the rules that stand; a higher *priority* goes before
    everything else. *reason* says why these drivers have another price than others. A rule is never
    changed: what it says is ended at *ended_at* and written anew.
    """

    name: str
    tariff_id: str
    group: Group = PUBLIC
    place: Place = field(default_factory=Place)
    power: Reach = field(default_factory=Reach)
    priority: int = 0
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    reason: str = ""
    rule_id: UUID = _NOBODY
    written_at: datetime = _EPOCH
    ended_at: datetime | None = None

    @property
    def validity(self) -> Reach:
        """Return when the rule is valid, in seconds since 1970."""
        return Reach(_seconds(self.valid_from), _seconds(self.valid_until))

    @property
    def rank(self) -> tuple[int, ...]:
        """
        Return what decides between rules that hold both: the highest goes first.

        Priority, then who, then where, then which power, then when: within each the narrower. A
        rule whose every part lies within another's always ranks above it.
        """
        return (
            self.priority,
            (self.group.kind is not GroupKind.PUBLIC) + bool(self.group.id),
            _PLACES.index(self.place.kind),
            *self.power.narrowness,
            *self.validity.narrowness,
        )

    @property
    def is_lasting(self) -> bool:
        """Tell whether the rule holds at any time."""
        return self.valid_from is None and self.valid_until is None

    def says_the_same(self, other: "Rule") -> bool:
        """Tell whether both say the same, whenever they were written."""
        return _bare(self) == _bare(other)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a price is asked for; the connector is known at an EVSE that has only one."""

    location_id: str
    evse_uid: str
    power_kw: Decimal
    connector_id: str | None = None

    def places(self) -> tuple[Place, ...]:
        """Return the places that the spot lies in, except for regions."""
        found = [
            Place(),
            Place(PlaceKind.LOCATION, self.location_id),
            Place(PlaceKind.EVSE, self.evse_uid),
        ]
        if self.connector_id is not None:
            found.append(Place(PlaceKind.CONNECTOR, f"{self.evse_uid}/{self.connector_id}"))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Choice:
    """The tariff version that holds, and the rule that chose it."""

    tariff: TariffVersion
    rule: Rule


def memberships(groups: frozenset[Group]) -> frozenset[Group]:
    """Return all groups that somebody of *groups* belongs to: their kinds too, and everybody."""
    return groups | {Group(group.kind) for group in groups} | {PUBLIC}


def ordered(rules: list[Rule]) -> list[Rule]:
    """Return *rules* with the one that goes first in front; names decide between equal ranks."""
    return sorted(
        sorted(rules, key=lambda rule: rule.name), key=lambda rule: rule.rank, reverse=True
    )


_PLACES: Final = tuple(PlaceKind)


def _seconds(at: datetime | None) -> Decimal | None:
    return None if at is None else Decimal(int(at.timestamp()))


def _bare(rule: Rule) -> Rule:
    return replace(rule, rule_id=_NOBODY, written_at=_EPOCH, ended_at=None)
