"""What a session used of each price, and what that costs: step sizes and price limits included."""

from functools import partial
from typing import Final, NamedTuple

from app.pricing.tariffs.compiled.plan import Active, Component
from app.pricing.tariffs.compiled.policy import FlatPer, Limits, Policy
from app.pricing.tariffs.compiled.rates import Limit, Rates, Sides
from app.pricing.tariffs.engine.result import LineKind
from app.pricing.tariffs.model import Dimension


class Charge(NamedTuple):
    """One price used: quantities in the engine's units, amounts in `1 / scale`."""

    component: Component
    measured: int
    billed: int
    net: int
    gross: int


class Limited(NamedTuple):
    """What a price limit that was reached adds, or takes away (negative), in `1 / scale`."""

    kind: LineKind
    net: int
    gross: int


class Bill(NamedTuple):
    """All charges and price limits that were reached, and their sum."""

    charges: list[Charge]
    net: int
    gross: int
    limits: list[Limited]

    def reversed(self) -> "Bill":
        """Return the bill that takes this one back."""
        charges = [
            Charge(one.component, -one.measured, -one.billed, -one.net, -one.gross)
            for one in self.charges
        ]
        limits = [Limited(one.kind, -one.net, -one.gross) for one in self.limits]
        return Bill(charges, -self.net, -self.gross, limits)


# Tuples as they are: a third of the time of naming their fields.
_charge: Final = partial(tuple.__new__, Charge)
_bill: Final = partial(tuple.__new__, Bill)


class Tally:
    """
    What one phase of a session (charging, or the reservation before it) used so far.

    *used* has the quantity of each price, *last* the price that was used last per dimension, and
    *free* what no price was for, per dimension.
    """

    __slots__ = ("flats", "free", "last", "used")

    def __init__(self) -> None:
        """Start with nothing used."""
        self.flats: list[Component] = []
        self.used: dict[Component, int] = {}
        self.last: dict[Dimension, Component] = {}
        self.free: dict[Dimension, int] = {}

    @property
    def flat(self) -> Component | None:
        """Return the first fixed price of the phase."""
        return self.flats[0] if self.flats else None

    def open(self, active: Active) -> None:
        """Take the fixed price of the moment; how many of them are due is the policy's choice."""
        if active.flat is not None and active.flat not in self.flats:
            self.flats.append(active.flat)

    def add(self, dimension: Dimension, component: Component | None, volume: int) -> None:
        """Count *volume* for its price, or as free."""
        if not volume:
            return
        if component is None:
            self.free[dimension] = self.free.get(dimension, 0) + volume
        else:
            self.used[component] = self.used.get(component, 0) + volume
            self.last[dimension] = component

    def charges(self, rates: Rates, policy: Policy) -> list[Charge]:
        """Return what is to pay before price limits."""
        net, gross = rates.net, rates.gross
        charges = []
        for component, volume in self.used.items():
            billed, index = volume, component.index
            if component.step and component is self.last[component.kind]:
                billed += self._surplus(component, volume, policy)
            charges.append(
                _charge((component, volume, billed, billed * net[index], billed * gross[index]))
            )
        if self.flats:
            due = self.flats if policy.flat_per is FlatPer.ELEMENT else self.flats[:1]
            charges += [Charge(flat, 1, 1, net[flat.index], gross[flat.index]) for flat in due]
        return charges

    def _surplus(self, last: Component, volume: int, policy: Policy) -> int:
        """
        Return what is billed beyond what was measured; the *last* price of a dimension gets it.

        The session's total is rounded up to the step of that price; what no price was for does not
        count. When parking is billed, only parking is rounded up, not the time of charging. Source:
        OCPI 2.3.0, mod_tariffs, "Step size".
        """
        kind = last.kind
        beside_parking = kind is Dimension.TIME and Dimension.PARKING_TIME in self.last
        if beside_parking and not policy.steps_time_beside_parking:
            return 0
        total = volume
        if len(self.used) > 1:
            total = sum(each for one, each in self.used.items() if one.kind is kind)
        if policy.steps_count_unpriced:
            total += self.free.get(kind, 0)
        return -total % last.step if total > 0 else 0


def bill(tallies: tuple[Tally, ...], rates: Rates, policy: Policy) -> Bill:
    """Return what the phases of a session cost together, within the tariff's price limits."""
    charges = tallies[0].charges(rates, policy)
    for tally in tallies[1:]:
        charges += tally.charges(rates, policy)
        if policy.flat_per is FlatPer.SESSION:
            charges = _one_flat(charges)
    net = gross = 0
    for charge in charges:
        net += charge.net
        gross += charge.gross
    if rates.least is None and rates.most is None:
        return _bill((charges, net, gross, []))
    limits = _limits(Sides(net, gross), rates, policy)
    for limit in limits:
        net += limit.net
        gross += limit.gross
    return Bill(charges, net, gross, limits)


def _one_flat(charges: list[Charge]) -> list[Charge]:
    flats = [charge for charge in charges if charge.component.kind is Dimension.FLAT]
    return [charge for charge in charges if charge not in flats[1:]]


def _limits(total: Sides, rates: Rates, policy: Policy) -> list[Limited]:
    """Return what holds *total* between the limits, the maximum first, each side for itself."""
    found: list[Limited] = []
    for kind, limit, choose in (
        (LineKind.MAX_PRICE, rates.most, min),
        (LineKind.MIN_PRICE, rates.least, max),
    ):
        if limit is None:
            continue
        net, gross = limit.net, _gross(limit, policy)
        held = Sides(
            total.net if net is None else choose(total.net, net),
            total.gross if gross is None else choose(total.gross, gross),
        )
        if held != total:
            held = _followed(total, held, limit, policy)
            found.append(Limited(kind, held.net - total.net, held.gross - total.gross))
            total = held
    return found


def _followed(total: Sides, held: Sides, limit: Limit, policy: Policy) -> Sides:
    """
    Let a side that the limit does not state follow the other one: taxes scale with their base.

    Both sides that are stated hold independently (OCPI 2.3.0, PriceLimit).
    """
    if _gross(limit, policy) is None:
        return Sides(held.net, _scaled(total.gross, held.net, total.net, limit.sides.gross))
    if limit.net is None:
        return Sides(_scaled(total.net, held.gross, total.gross, limit.sides.net), held.gross)
    return held


def _gross(limit: Limit, policy: Policy) -> int | None:
    before_taxes_alone = policy.limits is Limits.BEFORE_TAXES and limit.net is not None
    return None if before_taxes_alone else limit.gross


def _scaled(side: int, held: int, other: int, alone: int) -> int:
    return (side * held + other // 2) // other if other > 0 else alone
