"""A tariff compiled: everything that does not depend on the session is worked out once."""

from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from app.pricing.tariffs.compiled.calendar import Calendar, Window, zone
from app.pricing.tariffs.compiled.policy import Policy
from app.pricing.tariffs.model import Dimension, Tariff

_MOST_REMEMBERED = 4096


class Phase(IntEnum):
    """Charging, or a reservation before it, or a reservation that nobody came for."""

    CHARGING = 0
    RESERVED = 1
    EXPIRED = 2

    # What was found is remembered by it: that of Enum is written in Python.
    __hash__ = int.__hash__


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """
    A price of *tariff*; *step* is in the engine's units, *price* as the tariff states it.

    *reserved* says that it is for a reservation. *index* is its place among all prices of a plan,
    or of several plans that price one session.
    """

    tariff: Tariff = field(repr=False)
    version: int
    index: int
    element: int
    position: int
    kind: Dimension
    price: Fraction
    vat: Decimal | None
    step: int
    reserved: bool


class Active(NamedTuple):
    """The components that price a moment; None where a dimension is free."""

    flat: Component | None
    energy: Component | None
    time: Component | None
    parking: Component | None


Slots = tuple[int, int]


class Situation(NamedTuple):
    """
    All that decides which components are active, as places between the thresholds of the plan.

    *power* and *current* are the lowest and the highest of the period, or None when unknown.
    """

    phase: Phase
    mask: int
    energy: int
    duration: int
    power: Slots | None
    current: Slots | None


class Range(NamedTuple):
    """A restriction's bounds, as places between the thresholds: *least* to *most* hold."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Rule:
    """An element compiled: where it holds, and what it prices."""

    window: int
    energy: Range
    duration: Range
    power: Range
    current: Range
    components: tuple[Component, ...]

    def holds(self, now: Situation) -> bool:
        """Tell whether every restriction of the element holds; an unknown power holds."""
        return (
            bool(now.mask >> self.window & 1)
            and self.energy.least <= now.energy <= self.energy.most
            and self.duration.least <= now.duration <= self.duration.most
            and _spans(self.power, now.power)
            and _spans(self.current, now.current)
        )


def _spans(bounds: Range, found: Slots | None) -> bool:
    # "min_" looks at the period's highest value and "max_" at its lowest: OCPI 2.3.0, mod_tariffs.
    return found is None or (found[1] >= bounds.least and found[0] <= bounds.most)


class Cuts(NamedTuple):
    """The thresholds that restrictions name, sorted: kWh, µs, power and current in thousandths."""

    energy: tuple[int, ...]
    duration: tuple[int, ...]
    power: tuple[int, ...]
    current: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """
    A tariff version, ready to price; made by `compile_tariff`, shared and never changed.

    *paces* are the powers (µW) between which the prices of a stretch are the same. *is_by_clock*
    says that nothing but the calendar decides which prices hold. *snap_within* (µs) is how far
    stated times may be off the clock.
    """

    tariff: Tariff
    version: int
    policy: Policy
    components: tuple[Component, ...] = field(repr=False)
    rules: tuple[tuple[Rule, ...], ...] = field(repr=False)
    windows: tuple[Window, ...] = field(repr=False)
    cuts: Cuts
    prices_parking: bool
    idle_below: int
    paces: tuple[int, ...]
    is_by_clock: bool
    snap_within: int
    operator_id: UUID | None = None
    _memory: dict[Situation, Active] = field(default_factory=dict, repr=False)
    _by_clock: dict[int, Active] = field(default_factory=dict, repr=False)

    def active(self, now: Situation) -> Active:
        """Return per dimension the price of the first element that holds *now* and has one."""
        known = self._memory.get(now)
        if known is None:
            if len(self._memory) >= _MOST_REMEMBERED:
                self._memory.clear()
            known = self._memory[now] = self._found(now)
        return known

    def by_clock(self, mask: int) -> Active:
        """Return the prices of charging while the calendar says *mask*, if nothing else counts."""
        known = self._by_clock.get(mask)
        if known is None:
            if len(self._by_clock) >= _MOST_REMEMBERED:
                self._by_clock.clear()
            known = self._by_clock[mask] = self.active(
                Situation(Phase.CHARGING, mask, 0, 0, None, None)
            )
        return known

    def _found(self, now: Situation) -> Active:
        first: dict[Dimension, Component] = {}
        mask = now.mask
        for rule in self.rules[now.phase]:
            # Asked here too: of hundreds of dated elements one is open.
            if mask >> rule.window & 1 and rule.holds(now):
                for component in rule.components:
                    first.setdefault(component.kind, component)
        return Active(
            flat=first.get(Dimension.FLAT),
            energy=first.get(Dimension.ENERGY),
            time=first.get(Dimension.TIME),
            parking=first.get(Dimension.PARKING_TIME),
        )


@lru_cache(maxsize=1024)
def calendar_of(plan: Plan, time_zone: str) -> Calendar:
    """Return the calendar of *plan* in the IANA zone *time_zone*; raise TimeZoneUnknown."""
    return Calendar(plan.windows, zone(time_zone))


def place(cuts: tuple[int, ...], value: int) -> int:
    """Return between which thresholds *value* lies; one that is reached counts as passed."""
    return bisect_right(cuts, value)
