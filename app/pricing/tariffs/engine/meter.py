"""A session as the charge point reports it, sample by sample: split, tallied, priced."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.pricing.tariffs.compiled.plan import Plan, calendar_of, place
from app.pricing.tariffs.compiled.rates import rates_of
from app.pricing.tariffs.compiled.units import (
    HOUR,
    NEVER,
    duration,
    energy,
    instant,
    kilowatt_hours,
    micros,
)
from app.pricing.tariffs.engine.cursor import Cursor, Piece
from app.pricing.tariffs.engine.priced import Priced
from app.pricing.tariffs.engine.result import Period, Sample
from app.pricing.tariffs.engine.tally import Tally, bill
from app.pricing.tariffs.model import Dimension

_ENDLESS: Final = Decimal("Infinity")
_ZERO: Final = Decimal(0)
_NO_TIME: Final = timedelta()
_UNKNOWN: Final = -1


class Meter:
    """
    A session under one plan: where it is, and what it used so far.

    Between two samples energy flows evenly. The time between them is parking when no power is
    requested and the tariff prices parking, and charging time otherwise.
    """

    __slots__ = ("_pace", "_paces", "_tally", "_uncounted", "cursor", "notes", "plan")

    def __init__(self, plan: Plan, started_at: datetime, time_zone: str) -> None:
        """Begin at *started_at* with an empty meter; raise TimeZoneUnknown."""
        self.plan = plan
        self.cursor = Cursor(plan, calendar_of(plan, time_zone), micros(started_at))
        self.notes: dict[str, None] = {}
        self._tally = Tally()
        # Between which powers the last stretch lay.
        self._paces = plan.paces
        self._pace = _UNKNOWN
        # From which instant and energy on the present prices have not been tallied yet.
        self._uncounted = self.cursor.at, 0
        if not plan.cuts.power:
            self._tally.open(self.cursor.active)
        if plan.cuts.current:
            self.notes["current_unknown"] = None

    @property
    def tally(self) -> Tally:
        """Return what the session used up to its last sample."""
        self._count()
        return self._tally

    def take(self, sample: Sample) -> list[Piece]:
        """
        Go on to *sample*, and return the pieces that this completed.

        A sample that goes back in time or energy is no progress, and noted. As long as the prices
        are the same nothing is counted, so that most samples cost next to nothing.
        """
        cursor = self.cursor
        at, filled = micros(sample.at), energy(sample.energy_kwh)
        if at < cursor.at:
            self.notes["sample_out_of_order"] = None
            return []
        if filled < cursor.energy:
            self.notes["meter_went_back"] = None
            filled = cursor.energy
        parked = self.plan.prices_parking and self._is_idle(sample, at, filled)
        pace = self._pace_to(at, filled) if self._paces else _UNKNOWN
        if (
            at < cursor.until_at
            and filled < cursor.until_energy
            and parked is cursor.parked
            and pace == self._pace
        ):
            cursor.at, cursor.energy = at, filled
            return []
        self._pace = pace
        return self._go(at, filled, parked=parked)

    def is_straight_to(self, sample: Sample) -> bool:
        """Tell whether the same prices hold up to *sample*, at whatever power on the way."""
        return (
            not self._paces
            and micros(sample.at) < self.cursor.until_at
            and energy(sample.energy_kwh) < self.cursor.until_energy
        )

    def take_all(self, samples: Iterable[Sample], ended_at: datetime) -> None:
        """
        Go on to each of *samples*; the same as taking one by one, those after the end at the end.

        Samples between which nothing can change are passed over, up to the last of them.
        """
        passed_over: Sample | None = None
        last_at, last_kwh = ended_at, _ZERO
        step, least, most, asks = _NO_TIME, _ENDLESS, _ZERO, None
        after = ended_at + timedelta.resolution
        until, full = ended_at, _ENDLESS
        for sample in samples:
            at, kwh = sample.at, sample.energy_kwh
            if at - last_at != step:
                step = at - last_at
                least, most, asks = self._steady(step)
            if (
                at < until
                and (full is _ENDLESS or kwh < full)
                and least <= kwh - last_kwh < most
                and (asks is None or self._asks(sample) is asks)
            ):
                passed_over, last_at, last_kwh = sample, at, kwh
                continue
            if passed_over is not None:
                self.take(passed_over)
                passed_over = None
            last_at, last_kwh = min(at, ended_at), kwh
            self.take(sample if at <= ended_at else replace(sample, at=ended_at))
            until, full = self._bounds(after)
            least, most, asks = self._steady(step)
        if passed_over is not None:
            self.take(passed_over)

    def _steady(self, step: timedelta) -> tuple[Decimal, Decimal, bool | None]:
        """
        Return when a stretch that takes a *step* goes on as the last one did.

        That is from how many kWh on, below how many, and, where it decides about parking, whether
        the vehicle asks for power.
        """
        time = duration(step)
        if time < 0 or (time == 0 and self._paces):
            return _ENDLESS, _ZERO, None
        if not self._paces:
            return _ZERO, _ENDLESS, None
        if self._pace == _UNKNOWN:
            return _ENDLESS, _ZERO, None
        low = self._paces[self._pace - 1] if self._pace else None
        high = self._paces[self._pace] if self._pace < len(self._paces) else None
        may_park = self.plan.prices_parking and high is not None and high <= self.plan.idle_below
        return (
            # A nano-kilowatt-hour less on either side: both ends of the stretch may be cut off.
            _ZERO if low is None else kilowatt_hours(low * time // HOUR + 2),
            _ENDLESS if high is None else kilowatt_hours(high * time // HOUR - 1),
            not self.cursor.parked if may_park else None,
        )

    def _bounds(self, after: datetime) -> tuple[datetime, Decimal]:
        """Return before which instant and energy prices stay: *after* the end of the session."""
        at, filled = self.cursor.until_at, self.cursor.until_energy
        return (
            after if at == NEVER else min(instant(at), after),
            _ENDLESS if filled == NEVER else kilowatt_hours(filled),
        )

    def _pace_to(self, at: int, filled: int) -> int:
        """Return between which powers the average on the way to an instant and an energy lies."""
        time = at - self.cursor.at
        return (
            place(self._paces, (filled - self.cursor.energy) * HOUR // time) if time else _UNKNOWN
        )

    def finish(self) -> list[Piece]:
        """Return the piece from the last price change to the last sample."""
        return self._count()

    def _go(self, at: int, filled: int, *, parked: bool) -> list[Piece]:
        done = self._count()
        for piece in self.cursor.move(at, filled, parked=parked):
            self._add(piece)
            done.append(piece)
        self._uncounted = at, filled
        self.cursor.settle()
        return done

    def _count(self) -> list[Piece]:
        cursor, (at, filled) = self.cursor, self._uncounted
        piece = Piece(cursor.active, at, cursor.at - at, cursor.energy - filled, cursor.parked)
        if not piece.time and not piece.energy:
            return []
        self._add(piece)
        self._uncounted = cursor.at, cursor.energy
        return [piece]

    def _add(self, piece: Piece) -> None:
        active, tally = piece.active, self._tally
        if piece.time or piece.energy:
            tally.open(active)
        tally.add(Dimension.ENERGY, active.energy, piece.energy)
        if piece.parked:
            tally.add(Dimension.PARKING_TIME, active.parking, piece.time)
        else:
            tally.add(Dimension.TIME, active.time, piece.time)

    def _is_idle(self, sample: Sample, at: int, filled: int) -> bool:
        """
        Tell whether the vehicle requests no power on the way to *sample*.

        OCPI 2.3.0 (errata of 2026): PARKING_TIME is when the vehicle is not requesting power. That
        is so when the average power and the reported power are both below the policy's threshold,
        and the charge point does not say that it is the one who pauses.
        """
        if self._asks(sample):
            return False
        limit = self.plan.idle_below
        return (filled - self.cursor.energy) * HOUR < limit * (at - self.cursor.at)

    def _asks(self, sample: Sample) -> bool:
        """Tell whether the charge point says, in words or by the power, that power is requested."""
        if sample.requesting:
            return True
        return sample.power_kw is not None and energy(sample.power_kw) >= self.plan.idle_below


def price_samples(
    plan: Plan,
    samples: Sequence[Sample],
    time_zone: str,
    ended_at: datetime,
    vat: Decimal | None,
) -> Priced:
    """
    Return what a session cost, from its meter samples in order; the first one is its start.

    *time_zone* is the location's IANA name, *vat* the country's rate in percent (None: unknown). A
    sample later than *ended_at* counts as taken then. Time after the last sample is charging time,
    never parking: nobody measured it. Raises TimeZoneUnknown.
    """
    meter = _read(plan, samples, time_zone, ended_at)
    rates = rates_of(plan, vat)
    return Priced(plan, rates, bill((meter.tally,), rates, plan.policy), tuple(meter.notes))


def _read(plan: Plan, samples: Sequence[Sample], time_zone: str, ended_at: datetime) -> Meter:
    meter = Meter(plan, min(samples[0].at, ended_at) if samples else ended_at, time_zone)
    meter.take_all(samples, ended_at)
    if micros(ended_at) > meter.cursor.at:
        meter.notes["end_not_measured"] = None
        meter.take(Sample(ended_at, kilowatt_hours(meter.cursor.energy), requesting=True))
    return meter


def split_samples(plan: Plan, samples: Sequence[Sample], time_zone: str) -> tuple[Period, ...]:
    """
    Return the charging periods of a session for its CDR: a new one wherever a price changes.

    Source: OCPI 2.3.0, mod_cdrs, ChargingPeriod. Raises TimeZoneUnknown.
    """
    if not samples:
        return ()
    meter = Meter(plan, samples[0].at, time_zone)
    pieces = [piece for sample in samples for piece in meter.take(sample)] + meter.finish()
    return tuple(_period(piece) for piece in _merged(pieces))


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Return *pieces* with neighbours under the same prices joined, and without empty ones."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if last and last.active is piece.active and last.parked is piece.parked:
            time, flow = last.time + piece.time, last.energy + piece.energy
            merged[-1] = last._replace(time=time, energy=flow)
        elif piece.time or piece.energy:
            merged.append(piece)
    return merged


def _period(piece: Piece) -> Period:
    time = timedelta(microseconds=piece.time)
    return Period(
        start=instant(piece.start),
        energy_kwh=kilowatt_hours(piece.energy),
        time=None if piece.parked else time,
        parking=time if piece.parked else None,
    )
