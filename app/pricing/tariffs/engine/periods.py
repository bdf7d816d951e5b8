"""Pricing the charging periods of an OCPI CDR, from whomever it comes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.pricing.tariffs.compiled.calendar import Calendar
from app.pricing.tariffs.compiled.plan import Phase, Plan, Situation, Slots, calendar_of, place
from app.pricing.tariffs.compiled.rates import rates_of
from app.pricing.tariffs.compiled.units import HOUR, NEVER, duration, energy, micros
from app.pricing.tariffs.engine.invoice import priced
from app.pricing.tariffs.engine.result import Period, Priced
from app.pricing.tariffs.engine.tally import Tally

_NOTHING: Final = timedelta(0)


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
    ends = [micros(period.start) for period in periods[1:]] + [micros(ended_at)]
    for period, end in zip(periods, ends, strict=False):
        reader.take(period, end)
    return priced(
        plan, rates_of(plan, vat), (reader.reservation, reader.charging), tuple(reader.notes)
    )


class _Reader:
    """Goes through the periods of one CDR and tallies them."""

    def __init__(self, plan: Plan, calendar: Calendar, periods: Sequence[Period]) -> None:
        self.plan = plan
        self.calendar = calendar
        self.charging = Tally()
        self.reservation = Tally(reserved=True)
        self.notes: dict[str, None] = {}
        came = [micros(period.start) for period in periods if not _is_reservation(period)]
        self._unused = Phase.RESERVED if came else Phase.EXPIRED
        self._start = min(came, default=0)
        self._energy = 0

    def take(self, period: Period, end: int) -> None:
        start = micros(period.start)
        flow = energy(period.energy_kwh or Decimal(0))
        reserved = _is_reservation(period)
        situation = self._situation(
            period, self._unused if reserved else Phase.CHARGING, end - start
        )
        active = self.plan.active(situation)
        tally = self.reservation if reserved else self.charging
        tally.open(active)
        parts = (
            (tally.energy, active.energy, flow),
            (tally.time, active.time, duration(period.time or _NOTHING)),
            (tally.parking, active.parking, duration(period.parking or _NOTHING)),
            (tally.time, active.time, duration(period.reserved or _NOTHING)),
        )
        for meterage, component, volume in parts:
            slack = 0 if meterage is tally.energy else self._slack(volume, end - start)
            meterage.add(component, volume, slack)
        self._energy += flow
        self._note_changes(situation, start, end)

    def _situation(self, period: Period, phase: Phase, length: int) -> Situation:
        cuts = self.plan.cuts
        start = micros(period.start)
        elapsed = max(0, start - self._start) if phase is Phase.CHARGING else 0
        return Situation(
            phase=phase,
            mask=self.calendar.at(start)[0],
            energy=place(cuts.energy, self._energy),
            duration=place(cuts.duration, elapsed),
            power=self._power(period, length),
            current=self._current(period),
        )

    def _power(self, period: Period, length: int) -> Slots | None:
        cuts = self.plan.cuts.power
        if not cuts:
            return None
        known = _between(cuts, period.min_power, period.max_power)
        if known is None and period.energy_kwh is not None and length > 0:
            average = place(cuts, energy(period.energy_kwh) * HOUR // length)
            known = average, average
        if known is None:
            self.notes["power_unknown"] = None
        return known

    def _current(self, period: Period) -> Slots | None:
        if not self.plan.cuts.current:
            return None
        known = _between(self.plan.cuts.current, period.min_current, period.max_current)
        if known is None:
            self.notes["current_unknown"] = None
        return known

    def _slack(self, volume: int, length: int) -> int:
        """Return what brings a volume of hours, written with 4 decimals, to the time passed."""
        missing = length - volume
        if volume and missing and abs(missing) < duration(self.plan.policy.snap_within):
            self.notes["time_snapped"] = None
            return missing
        return 0

    def _note_changes(self, situation: Situation, start: int, end: int) -> None:
        """Note a period that goes on after another price began to hold."""
        _, until = self.calendar.at(start)
        active = self.plan.active(situation)
        while until < min(end, NEVER):
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
