"""Pricing the charging periods of an OCPI CDR, from whomever it comes."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from app.pricing.tariffs.compiled.calendar import Calendar
from app.pricing.tariffs.compiled.plan import Phase, Plan, Situation, Slots, calendar_of, place
from app.pricing.tariffs.compiled.rates import rates_of
from app.pricing.tariffs.compiled.units import HOUR, duration, energy, micros
from app.pricing.tariffs.engine.invoice import priced
from app.pricing.tariffs.engine.result import Period, Priced
from app.pricing.tariffs.engine.tally import Tally


def price_periods(
    plan: Plan,
    periods: Sequence[Period],
    time_zone: str,
    ended_at: datetime,
    vat: Decimal | None,
) -> Priced:
    """
    Return what the *periods* of a CDR cost; each is priced by what holds where it starts.

    OCPI wants a new period wherever a price changes, so none is split here; one that spans a change
    is noted. *vat* is the country's rate in percent (None: only the tariff knows). Periods of
    reservation come first and have fixed price and steps of their own; without any other period the
    reservation has expired. Raises TimeZoneUnknown.
    """
    reader = _Reader(plan, calendar_of(plan, time_zone), periods)
    instants = [micros(period.start) for period in periods]
    instants.append(micros(ended_at))
    for period, start, end in zip(periods, instants, instants[1:], strict=False):
        reader.take(period, start, end)
    tallies = reader.reservation, reader.charging
    return priced(plan, rates_of(plan, vat), tallies, tuple(reader.notes))


class _Reader:
    """Goes through the periods of one CDR and tallies them."""

    def __init__(self, plan: Plan, calendar: Calendar, periods: Sequence[Period]) -> None:
        self.plan = plan
        self.calendar = calendar
        self.charging = Tally()
        self.reservation = Tally(reserved=True)
        self.notes: dict[str, None] = {}
        came = [period.start for period in periods if not _is_reservation(period)]
        self._unused = Phase.RESERVED if came else Phase.EXPIRED
        self._start = micros(min(came)) if came else 0
        self._energy = 0

    def take(self, period: Period, start: int, end: int) -> None:
        reserved = _is_reservation(period)
        phase = self._unused if reserved else Phase.CHARGING
        mask, until = self.calendar.at(start)
        situation = self._situation(period, phase, mask, (start, end))
        active = self.plan.active(situation)
        tally = self.reservation if reserved else self.charging
        tally.open(active)
        if period.energy_kwh:
            flow = energy(period.energy_kwh)
            tally.energy.add(active.energy, flow)
            self._energy += flow
        for meterage, component, time in (
            (tally.time, active.time, period.time),
            (tally.parking, active.parking, period.parking),
            (tally.time, active.time, period.reserved),
        ):
            if time:
                volume = duration(time)
                meterage.add(component, volume, self._slack(volume, end - start))
        if until < end:
            self._note_changes(situation, until, end)

    def _situation(
        self, period: Period, phase: Phase, mask: int, span: tuple[int, int]
    ) -> Situation:
        cuts, (start, end) = self.plan.cuts, span
        elapsed = max(0, start - self._start) if phase is Phase.CHARGING else 0
        return Situation(
            phase,
            mask,
            place(cuts.energy, self._energy),
            place(cuts.duration, elapsed),
            self._power(period, end - start) if cuts.power else None,
            self._current(period) if cuts.current else None,
        )

    def _power(self, period: Period, length: int) -> Slots | None:
        cuts = self.plan.cuts.power
        known = _between(cuts, period.min_power, period.max_power)
        if known is None and period.energy_kwh is not None and length > 0:
            average = place(cuts, energy(period.energy_kwh) * HOUR // length)
            known = average, average
        if known is None:
            self.notes["power_unknown"] = None
        return known

    def _current(self, period: Period) -> Slots | None:
        known = _between(self.plan.cuts.current, period.min_current, period.max_current)
        if known is None:
            self.notes["current_unknown"] = None
        return known

    def _slack(self, volume: int, length: int) -> int:
        """Return what brings a volume of hours, written with 4 decimals, to the time passed."""
        missing = length - volume
        if missing and abs(missing) < duration(self.plan.policy.snap_within):
            self.notes["time_snapped"] = None
            return missing
        return 0

    def _note_changes(self, situation: Situation, until: int, end: int) -> None:
        """Note a period that goes on after another price began to hold."""
        active = self.plan.active(situation)
        while until < end:
            mask, following = self.calendar.at(until)
            if self.plan.active(situation._replace(mask=mask)) != active:
                self.notes["period_spans_price_change"] = None
                return
            until = following


def _is_reservation(period: Period) -> bool:
    return period.reserved is not None and not (period.energy_kwh or period.time or period.parking)


def _between(cuts: tuple[int, ...], least: Decimal | None, most: Decimal | None) -> Slots | None:
    """Return the places of the lowest and highest value; one that is missing is like the other."""
    low, high = (most if least is None else least), (least if most is None else most)
    if low is None or high is None:
        return None
    return place(cuts, energy(low)), place(cuts, energy(high))
