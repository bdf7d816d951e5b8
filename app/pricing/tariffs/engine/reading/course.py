"""The course of a CDR's period under one plan, and where on the way other prices would hold."""

from typing import Final, NamedTuple

from app.pricing.tariffs.compiled.calendar import Calendar
from app.pricing.tariffs.compiled.plan import Plan, Situation, place
from app.pricing.tariffs.compiled.units import DAY
from app.pricing.tariffs.engine.spans import Span

# No session is longer: a price change inside a period is looked for no further than this.
_LONGEST: Final = 400 * DAY


class Course(NamedTuple):
    """
    A period on the straight line from where the session had *filled* so much energy.

    *began* is the instant from which the duration of the session counts.
    """

    plan: Plan
    calendar: Calendar
    span: Span
    filled: int
    began: int

    def cuts(self) -> list[int]:
        """Return the instants inside the period at which a restriction begins or ceases to hold."""
        start, end, flow = self.span.start, self.span.end, self.span.energy or 0
        last = min(end, start + _LONGEST)
        found: list[int] = []
        until = self.calendar.at(start)[1]
        while until < last:
            found.append(until)
            until = self.calendar.at(until)[1]
        found += [self.began + cut for cut in self.plan.cuts.duration]
        if flow > 0:
            found += [
                start - (self.filled - cut) * (end - start) // flow  # rounded up: it is reached
                for cut in self.plan.cuts.energy
                if self.filled < cut < self.filled + flow
            ]
        return sorted(at for at in found if start < at < end)

    def change(self, first: Situation) -> int | None:
        """Return the first instant at which other prices hold than in the *first* situation."""
        cuts = self.cuts()
        if not cuts:
            return None
        active = self.plan.active(first)
        return next((at for at in cuts if self.plan.active(self._at(at, first)) != active), None)

    def _at(self, at: int, first: Situation) -> Situation:
        start, end, flow = self.span.start, self.span.end, self.span.energy or 0
        filled = self.filled + flow * (at - start) // (end - start)
        return first._replace(
            mask=self.calendar.at(at)[0],
            energy=place(self.plan.cuts.energy, filled),
            duration=place(self.plan.cuts.duration, at - self.began),
        )
