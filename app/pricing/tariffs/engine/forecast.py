"""Looking ahead: the next change of price, and where along the way an amount is used up."""

from dataclasses import dataclass
from typing import Final

from app.kernel.money import Money, exponent
from app.pricing.tariffs.compiled.plan import Active, Component, place
from app.pricing.tariffs.compiled.rates import Rates
from app.pricing.tariffs.compiled.units import DAY, HOUR, NEVER
from app.pricing.tariffs.engine.cursor import Cursor
from app.pricing.tariffs.engine.tally import Tally
from app.pricing.tariffs.model import Dimension

_DAYS_AHEAD: Final = 8
# A forecast follows no more changes of price than this; then it stops, which is never too late.
_MOST_CHANGES: Final = 1000


@dataclass(frozen=True, slots=True)
class Way:
    """A straight way ahead: *time* (µs) and *flow* (energy) per *whole* steps."""

    time: int
    flow: int
    whole: int


def charging_at(power: int) -> Way:
    """Return the way of a session that draws *power* (nano-kilowatt), by microseconds."""
    return Way(time=HOUR, flow=power, whole=HOUR)


ENERGY_AT_ONCE: Final = Way(time=0, flow=1, whole=1)


def next_change(cursor: Cursor) -> Cursor | None:
    """Return where other prices hold next, with the energy of now, within a week."""
    ahead = cursor.copy()
    while ahead.until_at <= cursor.at + _DAYS_AHEAD * DAY:
        ahead.at = ahead.until_at
        ahead.locate()
        if ahead.active != cursor.active:
            return ahead
    return None


@dataclass(slots=True)
class Forecast:
    """How far a session that used *tally* can go before its gross cost exceeds an amount."""

    cursor: Cursor
    tally: Tally
    rates: Rates

    def steps_until(self, amount: Money, way: Way) -> int | None:
        """
        Return how many steps of *way* can be gone without exceeding *amount*; None: any number.

        Never too many: the way is followed piece by piece, the dearer of charging and waiting is
        taken, and the largest surplus that step sizes may add is set aside.
        """
        budget = amount.minor * self.rates.scale // 10 ** exponent(amount.currency)
        least, most = self.rates.least, self.rates.most
        if most is not None and most.sides.gross <= budget:
            return None
        if least is not None and least.sides.gross > budget:
            return 0
        ahead = self.cursor.copy()
        if ahead.plan.cuts.power and way.time:
            slot = place(ahead.plan.cuts.power, way.flow)
            ahead.power = slot, slot
        return self._followed(ahead, way, budget)

    def _followed(self, ahead: Cursor, way: Way, budget: int) -> int | None:
        flat, gone, spent = self.tally.flat, 0, self._spent()
        for _ in range(_MOST_CHANGES):
            ahead.locate()
            if flat is None and ahead.active.flat is not None:
                flat = ahead.active.flat
                spent += self._price(flat)
            free = budget - spent - self._set_aside(ahead.active)
            if free < 0:
                return gone
            slope = self._slope(ahead.active, way)
            steps = _steps_to_cut(ahead, way)
            if slope > 0 and (steps is None or slope * steps > free * way.whole):
                return gone + free * way.whole // slope
            if steps is None:
                return None
            gone += steps
            spent += -(-slope * steps // way.whole)
            _advance(ahead, way, steps)
        return gone

    def _spent(self) -> int:
        tally, flat = self.tally, self.tally.flat
        used = sum(
            volume * self.rates.gross[component.index] for component, volume in tally.used.items()
        )
        return used + (self.rates.gross[flat.index] if flat else 0)

    def _slope(self, active: Active, way: Way) -> int:
        waiting = max(self._price(active.time), self._price(active.parking))
        return way.flow * self._price(active.energy) + way.time * waiting

    def _set_aside(self, active: Active) -> int:
        tally = self.tally
        pairs = (
            (active.energy, tally.last.get(Dimension.ENERGY)),
            (active.time, tally.last.get(Dimension.TIME)),
            (active.parking, tally.last.get(Dimension.PARKING_TIME)),
        )
        return sum(max(self._surplus(now), self._surplus(last)) for now, last in pairs)

    def _surplus(self, component: Component | None) -> int:
        return 0 if component is None else max(0, component.step - 1) * self._price(component)

    def _price(self, component: Component | None) -> int:
        return 0 if component is None else max(0, self.rates.gross[component.index])


def _steps_to_cut(cursor: Cursor, way: Way) -> int | None:
    """Return the steps of *way* to where a price may change next; None: a week or more."""
    cuts: list[int] = []
    if way.time and cursor.until_at != NEVER and cursor.at < cursor.start + _DAYS_AHEAD * DAY:
        cuts.append(-(-(cursor.until_at - cursor.at) * way.whole // way.time))
    if way.flow and cursor.until_energy != NEVER:
        cuts.append(-(-(cursor.until_energy - cursor.energy) * way.whole // way.flow))
    return min(cuts, default=None)


def _advance(cursor: Cursor, way: Way, steps: int) -> None:
    cursor.at += way.time * steps // way.whole
    cursor.energy += way.flow * steps // way.whole
