"""A session as the charge point reports it, sample by sample: split, tallied, priced."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from app.pricing.tariffs.compiled.plan import Plan, calendar_of
from app.pricing.tariffs.compiled.rates import rates_of
from app.pricing.tariffs.compiled.units import HOUR, energy, instant, kilowatt_hours, micros
from app.pricing.tariffs.engine.cursor import Cursor, Piece
from app.pricing.tariffs.engine.invoice import priced
from app.pricing.tariffs.engine.result import Period, Priced, Sample
from app.pricing.tariffs.engine.tally import Tally


class Meter:
    """
    A session under one plan: where it is, and what it used so far.

    Between two samples energy flows evenly. The time between them is parking when no power is
    requested and the tariff prices parking, and charging time otherwise.
    """

    __slots__ = ("cursor", "notes", "plan", "tally")

    def __init__(self, plan: Plan, started_at: datetime, time_zone: str) -> None:
        """Begin at *started_at* with an empty meter; raise TimeZoneUnknown."""
        self.plan = plan
        self.cursor = Cursor(plan, calendar_of(plan, time_zone), micros(started_at))
        self.tally = Tally()
        self.notes: dict[str, None] = {}
        if not plan.cuts.power:
            self.tally.open(self.cursor.active)
        if plan.cuts.current:
            self.notes["current_unknown"] = None

    def take(self, sample: Sample) -> None:
        """Go on to *sample*; to go back in time or energy is no progress, and noted."""
        self._parts(sample)

    def _parts(self, sample: Sample) -> tuple[list[Piece], bool]:
        cursor = self.cursor
        at, filled = micros(sample.at), energy(sample.energy_kwh)
        if at < cursor.at:
            self.notes["sample_out_of_order"] = None
            return [], False
        if filled < cursor.energy:
            self.notes["meter_went_back"] = None
            filled = cursor.energy
        parked = self.plan.prices_parking and self._is_idle(sample, at, filled)
        pieces = cursor.move(at, filled)
        for piece in pieces:
            self._count(piece, parked=parked)
        return pieces, parked

    def _count(self, piece: Piece, *, parked: bool) -> None:
        active, tally = piece.active, self.tally
        if tally.flat is None and (piece.time or piece.energy):
            tally.open(active)
        tally.energy.add(active.energy, piece.energy)
        if parked:
            tally.parking.add(active.parking, piece.time)
        else:
            tally.time.add(active.time, piece.time)

    def _is_idle(self, sample: Sample, at: int, filled: int) -> bool:
        """
        Tell whether the vehicle requests no power on the way to *sample*.

        OCPI 2.3.0 (errata of 2026): PARKING_TIME is when the vehicle is not requesting power. That
        is so when the average power and the reported power are both below the policy's threshold,
        and the charge point does not say that it is the one who pauses.
        """
        if sample.requesting:
            return False
        limit = self.plan.idle_below
        if sample.power_kw is not None and energy(sample.power_kw) >= limit:
            return False
        return (filled - self.cursor.energy) * HOUR < limit * (at - self.cursor.at)


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
    return priced(plan, rates_of(plan, vat), (meter.tally,), tuple(meter.notes))


def _read(plan: Plan, samples: Sequence[Sample], time_zone: str, ended_at: datetime) -> Meter:
    meter = Meter(plan, min(samples[0].at, ended_at) if samples else ended_at, time_zone)
    for sample in samples:
        meter.take(_clipped(sample, ended_at))
    if micros(ended_at) > meter.cursor.at:
        meter.notes["end_not_measured"] = None
        meter.take(Sample(ended_at, kilowatt_hours(meter.cursor.energy), requesting=True))
    return meter


def _clipped(sample: Sample, ended_at: datetime) -> Sample:
    if sample.at <= ended_at:
        return sample
    return Sample(ended_at, sample.energy_kwh, sample.power_kw, sample.requesting)


def split_samples(plan: Plan, samples: Sequence[Sample], time_zone: str) -> tuple[Period, ...]:
    """
    Return the charging periods of a session for its CDR: a new one wherever a price changes.

    Source: OCPI 2.3.0, mod_cdrs, ChargingPeriod. Raises TimeZoneUnknown.
    """
    if not samples:
        return ()
    meter = Meter(plan, samples[0].at, time_zone)
    periods: list[tuple[Piece, bool]] = []
    for sample in samples:
        pieces, parked = meter._parts(sample)  # noqa: SLF001 - the same module
        for piece in pieces:
            _append(periods, piece, parked=parked)
    return tuple(_period(piece, parked=parked) for piece, parked in periods)


def _append(periods: list[tuple[Piece, bool]], piece: Piece, *, parked: bool) -> None:
    if not piece.time and not piece.energy:
        return
    if periods and periods[-1][0].active is piece.active and periods[-1][1] is parked:
        last = periods[-1][0]
        piece = Piece(last.active, last.start, last.time + piece.time, last.energy + piece.energy)
        periods.pop()
    periods.append((piece, parked))


def _period(piece: Piece, *, parked: bool) -> Period:
    time = timedelta(microseconds=piece.time)
    return Period(
        start=instant(piece.start),
        energy_kwh=kilowatt_hours(piece.energy),
        time=None if parked else time,
        parking=time if parked else None,
    )
