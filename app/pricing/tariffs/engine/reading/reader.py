"""Reading a CDR period by period: which prices hold, and how much of each was used."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from app.pricing.tariffs.compiled.plan import Active, Phase, Plan, Situation, calendar_of, place
from app.pricing.tariffs.compiled.policy import Spanning
from app.pricing.tariffs.compiled.units import kilowatt_hours
from app.pricing.tariffs.engine.reading.course import Course
from app.pricing.tariffs.engine.reading.power import current_of, power_of
from app.pricing.tariffs.engine.spans import Span
from app.pricing.tariffs.engine.tally import Tally
from app.pricing.tariffs.errors import EnergyFedBack
from app.pricing.tariffs.model import Dimension

_NOTHING: Final = Active(None, None, None, None)


class Reader:
    """
    Goes through the periods of one CDR in the order of time, each under its own plan.

    As long as the same prices hold, volumes are only summed up; they are tallied when others begin
    to hold.
    """

    __slots__ = (
        "_active",
        "_began",
        "_by_clock",
        "_calendar",
        "_came_at",
        "_charging",
        "_filled",
        "_flow",
        "_mask",
        "_notes",
        "_number",
        "_parking",
        "_plan",
        "_plans",
        "_policy",
        "_reservation",
        "_since",
        "_snap",
        "_spans",
        "_time",
        "_time_zone",
        "_until",
    )

    def __init__(
        self,
        plans: tuple[Plan, ...],
        spans: Sequence[Span],
        time_zone: str,
        notes: dict[str, None],
    ) -> None:
        """Begin with nothing used of the *spans*; what has to be assumed goes into *notes*."""
        self._notes = notes
        self._plans = plans
        self._time_zone = time_zone
        self._policy = plans[0].policy
        self._snap = plans[0].snap_within
        self._spans = spans
        self._came_at = _charging_start(spans)
        # From which instant on the duration of each phase counts.
        reserved_at = spans[0].start if spans else 0
        came_at = reserved_at if self._policy.duration_counts_reservation else self._came_at
        self._began = (reserved_at if came_at is None else came_at, reserved_at, reserved_at)
        self._charging = Tally()
        self._reservation: Tally | None = None
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
        for span in self._spans:
            rest: Span | None = span
            while rest is not None:
                rest = self._take(rest)
        self._count()
        return (
            (self._charging,) if self._reservation is None else (self._reservation, self._charging)
        )

    def _take(self, span: Span) -> Span | None:
        """Count a period at the prices that hold where it starts; return what a split leaves."""
        rest = None
        if not self._since <= span.start < self._until or span.plan != self._number:
            self._turn_to(span.plan, span.start)
        if span.end > self._until or (self._by_clock is None and self._passes_threshold(span)):
            span, rest = self._until_change(span)
        if span.reserved is not None:
            self._reserve(span, span.reserved)
            if span.is_reservation:
                return rest
        self._charge(span)
        return rest

    def _charge(self, span: Span) -> None:
        start, end, energy, time, parking, _, _, _, _ = span
        active = self._by_clock
        if active is None:
            active = self._plan.active(self._situation(span, Phase.CHARGING))
        if active is not self._active:
            self._count()
            self._active = active
            self._charging.open(active)
        passed = end - start
        if time and time != passed:
            time = self._snapped(time, passed)
        if parking and parking != passed:
            parking = self._snapped(parking, passed)
        if not (time or parking) and (active.time or active.parking):
            time = self._unstated(passed)
        if energy:
            self._fill(energy)
        self._time += time
        self._parking += parking

    def _fill(self, energy: int) -> None:
        if energy < 0 and not self._policy.takes_energy_back:
            raise EnergyFedBack("a period gives energy back", kwh=kilowatt_hours(energy))
        self._flow += energy
        self._filled += energy

    def _count(self) -> None:
        active, tally = self._active, self._charging
        tally.add(Dimension.ENERGY, active.energy, self._flow)
        tally.add(Dimension.TIME, active.time, self._time)
        tally.add(Dimension.PARKING_TIME, active.parking, self._parking)
        self._flow = self._time = self._parking = 0

    def _reserve(self, span: Span, reserved: int) -> None:
        """Count a reservation; without any charging after it, it has expired."""
        phase = Phase.EXPIRED if self._came_at is None else Phase.RESERVED
        active = self._plan.active(self._situation(span, phase))
        if self._reservation is None:
            self._reservation = Tally()
        self._reservation.open(active)
        time = self._snapped(reserved, span.end - span.start)
        shared = self._policy.reservation_shares_steps
        tally = self._charging if shared else self._reservation
        tally.add(Dimension.TIME, active.time, time)

    def _turn_to(self, number: int, start: int) -> None:
        if number != self._number:
            self._number, self._plan = number, self._plans[number]
            self._calendar = calendar_of(self._plan, self._time_zone)
        self._since = start
        self._mask, self._until = self._calendar.at(start)
        self._by_clock = self._plan.by_clock(self._mask) if self._plan.is_by_clock else None

    def _situation(self, span: Span, phase: Phase) -> Situation:
        plan, cuts = self._plan, self._plan.cuts
        if plan.is_by_clock:
            return Situation(phase, self._mask, 0, 0, None, None)
        return Situation(
            phase,
            self._mask,
            place(cuts.energy, self._filled),
            place(cuts.duration, span.start - self._began[phase]),
            power_of(span, plan, self._notes) if cuts.power else None,
            current_of(span, plan, self._notes) if cuts.current else None,
        )

    def _passes_threshold(self, span: Span) -> bool:
        """Tell whether a threshold of energy or duration lies inside *span*."""
        energies, durations = self._plan.cuts.energy, self._plan.cuts.duration
        if energies:
            filled = self._filled
            if place(energies, filled) < bisect_left(energies, filled + (span.energy or 0)):
                return True
        if not durations:
            return False
        elapsed = span.start - self._began[Phase.CHARGING]
        return place(durations, elapsed) < bisect_left(durations, elapsed + span.end - span.start)

    def _until_change(self, span: Span) -> tuple[Span, Span | None]:
        """Return *span*, or its parts before and after a change of price that it spans."""
        phase = Phase.RESERVED if span.is_reservation else Phase.CHARGING
        course = Course(self._plan, self._calendar, span, self._filled, self._began[phase])
        change = course.change(self._situation(span, phase))
        if change is None:
            return span, None
        if self._policy.spanning is Spanning.AT_START:
            self._notes["period_spans_price_change"] = None
            return span, None
        return span.cut(change)

    def _snapped(self, volume: int, passed: int) -> int:
        """Return the time that *passed* when a volume, written in hours with 4 decimals, is it."""
        if volume == passed or not -self._snap < passed - volume < self._snap:
            return volume
        self._notes["time_snapped"] = None
        return passed

    def _unstated(self, passed: int) -> int:
        """Return the charging time of a period that states none, though time has a price."""
        if passed <= 0:
            return 0
        self._notes["time_not_stated"] = None
        return passed if self._policy.infers_time else 0


def _charging_start(spans: Sequence[Span]) -> int | None:
    for span in spans:
        if not span.is_reservation:
            return span.start
    return None
