"""What a session used of each price, and what that costs: step sizes and price limits included."""

from typing import NamedTuple

from app.pricing.tariffs.compiled.plan import Active, Component
from app.pricing.tariffs.compiled.rates import Rates, Sides
from app.pricing.tariffs.engine.result import LineKind


class Charge(NamedTuple):
    """One price used: quantities in the engine's units, amounts in `1 / scale`."""

    component: Component
    measured: int
    billed: int
    net: int
    gross: int
    reserved: bool


class Bill(NamedTuple):
    """All charges and their sum, after the price limit *limit*, if one was reached."""

    charges: list[Charge]
    net: int
    gross: int
    limit: LineKind | None


class Meterage:
    """The quantities of one dimension, per component that prices it."""

    __slots__ = ("last", "slack", "volumes")

    def __init__(self) -> None:
        """Start with nothing used."""
        self.volumes: dict[Component, int] = {}
        self.last: Component | None = None
        self.slack = 0

    def add(self, component: Component | None, volume: int, slack: int = 0) -> None:
        """Count *volume*, unless it is free; *slack* is added where a step size is applied."""
        if component is not None and volume:
            self.volumes[component] = self.volumes.get(component, 0) + volume
            self.last = component
            self.slack += slack

    def billed(self, *, in_steps: bool) -> list[tuple[Component, int, int]]:
        """
        Return per component what was measured and what is billed.

        The session's total is rounded up to the step of the last component, which gets the surplus
        (OCPI 2.3.0, mod_tariffs, "Step size"); what no component prices does not count.
        """
        found = [(component, volume, volume) for component, volume in self.volumes.items()]
        step = self.last.step if self.last is not None and in_steps else 0
        total = sum(self.volumes.values())
        if step == 0 or total <= 0 or self.last is None:
            return found
        surplus = -(-(total + self.slack) // step) * step - total
        return [
            (component, volume, volume + surplus if component is self.last else volume)
            for component, volume, _ in found
        ]


class Tally:
    """What one phase of a session (charging, or the reservation before it) used so far."""

    __slots__ = ("energy", "flat", "parking", "reserved", "time")

    def __init__(self, *, reserved: bool = False) -> None:
        """Start with nothing used."""
        self.reserved = reserved
        self.flat: Component | None = None
        self.energy = Meterage()
        self.time = Meterage()
        self.parking = Meterage()

    def open(self, active: Active) -> None:
        """Take the fixed price of the moment, unless the phase has one already."""
        if self.flat is None:
            self.flat = active.flat

    def charges(self, rates: Rates) -> list[Charge]:
        """Return what is to pay, dimension by dimension, before price limits."""
        # When parking is billed, only parking is rounded up: OCPI 2.3.0, "Step size".
        parked = bool(self.parking.volumes)
        used = [
            *self.energy.billed(in_steps=True),
            *self.time.billed(in_steps=not parked),
            *self.parking.billed(in_steps=True),
        ]
        if self.flat is not None:
            used.append((self.flat, 1, 1))
        return [
            Charge(
                component,
                measured,
                billed,
                billed * rates.net[component.index],
                billed * rates.gross[component.index],
                self.reserved,
            )
            for component, measured, billed in used
        ]


def bill(tallies: tuple[Tally, ...], rates: Rates) -> Bill:
    """Return what the phases of a session cost together, within the tariff's price limits."""
    charges = [charge for tally in tallies for charge in tally.charges(rates)]
    net = sum(charge.net for charge in charges)
    gross = sum(charge.gross for charge in charges)
    limited, kind = _limited(Sides(net, gross), rates)
    return Bill(charges, limited.net, limited.gross, kind)


def _limited(total: Sides, rates: Rates) -> tuple[Sides, LineKind | None]:
    """Hold *total* between the limits, before and after taxes independently (OCPI, PriceLimit)."""
    least, most = rates.least, rates.most
    if most is not None and (total.net > most.net or total.gross > most.gross):
        return Sides(min(total.net, most.net), min(total.gross, most.gross)), LineKind.MAX_PRICE
    if least is not None and (total.net < least.net or total.gross < least.gross):
        return Sides(max(total.net, least.net), max(total.gross, least.gross)), LineKind.MIN_PRICE
    return total, None
