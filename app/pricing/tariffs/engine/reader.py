"""Reading a CDR period by period: which prices hold, and how much of each was used."""

from collections.abc import Sequence
from typing import Final

from app.pricing.tariffs.compiled.plan import (
    Active,
    Phase,
    Plan,
    Situation,
    Slots,
    calendar_of,
    place,
)
from app.pricing.tariffs.compiled.policy import Bounds, Spanning, UnknownPower
from app.pricing.tariffs.compiled.units import DAY, HOUR, duration
from app.pricing.tariffs.engine.spans import Ends, Span
from app.pricing.tariffs.engine.tally import Tally
from app.pricing.tariffs.errors import EnergyFedBack
from app.pricing.tariffs.model import Dimension

_NOTHING: Final = Active(None, None, None, None)
# No session is longer: a price change inside a period is looked for no further than this.
_LONGEST: Final = 400 * DAY


class Reader:
    """
    Goes through the periods of one CDR, each under its own plan, and tallies them.

    As long as the same prices hold, volumes are only summed up; they are tallied when others begin
    to hold.
    """

    def __init__(self, plans: tuple[Plan, ...], time_zone: str, spans: Sequence[Span]) -> None:
        """Begin with nothing used; *spans* tell when charging began, if it did."""
        self.notes: dict[str, None] = {}
        self._plans = plans
        self._time_zone = time_zone
        self._policy = plans[0].policy
        self._snap = duration(self._policy.snap_within)
        self._charging = Tally()
        self._reservation: Tally | None = None
        self._reserved_at = spans[0].start if spans else 0
        self._came_at = next((span.start for span in spans if not span.is_reservation), None)
        # The plan, its calendar and what the clock says, good from *since* until *until*.
        self._plan, self._number = plans[0], 0
        self._calendar = calendar_of(plans[0], time_zone)
        self._since = self._until = self._mask = 0
        # The prices of charging, where nothing but the clock decides about them.
        self._by_clock: Active | None = None
        # What was used since these prices hold, and all the energy so far.
        self._active = _NOTHING
        self._flow = self._time = self._parking = self._filled = 0

    def tallies(self) -> tuple[Tally, ...]:
        """Return what the phases of the session used."""
        self._count()
        return (
            (self._charging,) if self._reservation is None else (self._reservation, self._charging)
        )

    def take(self, span: Span) -> None:
        """Count a period at the prices that hold where it starts."""
        start, end, flow, time, parking, reserved, _, _, number = span
        if not self._since <= start < self._until or number != self._number:
            self._turn_to(number, start)
        if self._until < end and self._spans_change(span):
            return
        if reserved:
            self._reserve(span)
        if time or parking or flow is not None or not reserved:
            self._charge(span, flow or 0)

    def _charge(self, span: Span, flow: int) -> None:
        active = self._by_clock
        if active is None:
            active = self._plan.active(self._situation(span, Phase.CHARGING))
        if active is not self._active:
            self._count()
            self._active = active
            self._charging.open(active)
        time, parking, passed = span.time, span.parking, span.end - span.start
        if time and time != passed:
            time = self._snapped(time, passed)
        if parking and parking != passed:
            parking = self._snapped(parking, passed)
        if not (time or parking) and (active.time or active.parking):
            time = self._unstated(passed)
        if flow < 0 and not self._policy.takes_energy_back:
            raise EnergyFedBack("a period gives energy back", kwh=flow)
        self._flow += flow
        self._filled += flow
        self._time += time
        self._parking += parking

    def _count(self) -> None:
        active, tally = self._active, self._charging
        tally.add(Dimension.ENERGY, active.energy, self._flow)
        tally.add(Dimension.TIME, active.time, self._time)
        tally.add(Dimension.PARKING_TIME, active.parking, self._parking)
        self._flow = self._time = self._parking = 0

    def _reserve(self, span: Span) -> None:
        """Count a reservation; without any charging after it, it has expired."""
        phase = Phase.EXPIRED if self._came_at is None else Phase.RESERVED
        active = self._plan.active(self._situation(span, phase))
        if self._reservation is None:
            self._reservation = Tally()
        self._reservation.open(active)
        time = self._snapped(span.reserved, span.end - span.start)
        shared = self._policy.reservation_shares_steps
        tally = self._charging if shared else self._reservation
        tally.add(Dimension.TIME, active.time, time)

    def _turn_to(self, number: int, start: int) -> None:
        if number != self._number:
            self._number, self._plan = number, self._plans[number]
            self._calendar = calendar_of(self._plan, self._time_zone)
        self._since = start
        self._mask, self._until = self._calendar.at(start)
        if self._plan.is_by_clock:
            now = Situation(Phase.CHARGING, self._mask, 0, 0, None, None)
            self._by_clock = self._plan.active(now)
        else:
            self._by_clock = None

    def _situation(self, span: Span, phase: Phase) -> Situation:
        cuts = self._plan.cuts
        if self._plan.is_by_clock:
            return Situation(phase, self._mask, 0, 0, None, None)
        began = self._came_at
        if began is None or phase is not Phase.CHARGING or self._policy.duration_counts_reservation:
            began = self._reserved_at
        return Situation(
            phase,
            self._mask,
            place(cuts.energy, self._filled),
            place(cuts.duration, max(0, span.start - began)),
            self._power(span) if cuts.power else None,
            self._slots(cuts.current, span.current, "current_unknown") if cuts.current else None,
        )

    def _power(self, span: Span) -> Slots:
        low, high = span.power or (None, None)
        passed = span.end - span.start
        averages = self._policy.unknown_power is UnknownPower.AVERAGE
        if averages and span.energy is not None and passed > 0:
            average = span.energy * HOUR // passed
            low = average if low is None else low
            high = average if high is None else high
        return self._slots(self._plan.cuts.power, (low, high), "power_unknown")

    def _slots(self, cuts: tuple[int, ...], found: Ends | None, note: str) -> Slots:
        """Return where the values lie that "max_" and "min_" look at, in this order."""
        for_most, for_least = found or (None, None)
        if self._policy.bounds is Bounds.THROUGHOUT:
            for_most, for_least = for_least, for_most
        if for_most is None or for_least is None:
            self.notes[note] = None
        nowhere = (0, len(cuts))
        if self._policy.unknown_power is UnknownPower.FAILS:
            nowhere = (len(cuts), 0)
        return (
            nowhere[0] if for_most is None else place(cuts, for_most),
            nowhere[1] if for_least is None else place(cuts, for_least),
        )

    def _snapped(self, volume: int, passed: int) -> int:
        """Return the time that *passed* when a volume, written in hours with 4 decimals, is it."""
        if volume != passed and abs(passed - volume) < self._snap:
            self.notes["time_snapped"] = None
            return passed
        return volume

    def _unstated(self, passed: int) -> int:
        """Return the charging time of a period that states none, though time has a price."""
        if passed <= 0:
            return 0
        self.notes["time_not_stated"] = None
        return passed if self._policy.infers_time else 0

    def _spans_change(self, span: Span) -> bool:
        """Tell whether *span* went on under other prices, and was therefore taken in two parts."""
        phase = Phase.RESERVED if span.is_reservation else Phase.CHARGING
        situation = self._situation(span, phase)
        active, until = self._plan.active(situation), self._until
        while until < min(span.end, span.start + _LONGEST):
            mask, following = self._calendar.at(until)
            if self._plan.active(situation._replace(mask=mask)) != active:
                if self._policy.spanning is Spanning.SPLIT:
                    for part in span.cut(until):
                        self.take(part)
                    return True
                self.notes["period_spans_price_change"] = None
                return False
            until = following
        return False
