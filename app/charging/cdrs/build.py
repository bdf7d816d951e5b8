"""Build a charge detail record: what of a session's meter values can be billed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

from app.charging.cdrs.errors import SessionStillRunning
from app.charging.cdrs.evidence import evidence_flags
from app.charging.cdrs.model import Cdr, price_sample
from app.charging.meters.evidence import Evidence
from app.charging.sessions.metering.readings import start_register, trusted_readings
from app.charging.sessions.metering.trust import believable_energy_wh, most_energy_wh
from app.charging.sessions.model import Flag, MeterSample, Reading, Session


@dataclass(frozen=True, slots=True)
class _Energy:
    wh: Decimal
    flags: frozenset[str]


def build_cdr(
    session: Session, samples: Sequence[MeterSample], evidence: Evidence | None = None
) -> Cdr:
    """
    Return the record of a session that is over; the same input gives the same record.

    The energy is the difference of the registers. Where that can't be (no register, below the
    start, more than the EVSE can deliver) it is the last trusted reading: never more than
    measured. The flags tell. Raises SessionStillRunning.
    """
    if session.started_at is None or session.ended_at is None:
        raise SessionStillRunning("no end is known", session_id=str(session.session_id))
    started_at, ended_at = session.started_at, max(session.started_at, session.ended_at)
    trusted = trusted_readings(session, samples)
    last = trusted.readings[-1].energy_wh if trusted.readings else Decimal(0)
    start = start_register(session, samples)
    energy = _energy(session, start, last)
    whole = energy.wh.quantize(Decimal(1), ROUND_DOWN)  # whole Wh, for the driver
    line = _line(started_at, trusted.readings, ended_at, whole)
    return Cdr(
        session_id=session.session_id,
        started_at=started_at,
        ended_at=ended_at,
        energy_kwh=whole / 1000,
        start_register_kwh=None if start is None else start / 1000,
        end_register_kwh=None if start is None else (start + energy.wh) / 1000,
        readings=tuple(price_sample(reading) for reading in line),
        flags=session.flags | trusted.flags | energy.flags | evidence_flags(evidence, whole / 1000),
        evidence=evidence,
    )


def _energy(session: Session, start: Decimal | None, last: Decimal) -> _Energy:
    flags: set[str] = set()
    if session.meter_start_wh is None:
        flags.add(Flag.MISSING_START_REGISTER)
    if start is None or session.meter_stop_wh is None:
        if Flag.CLOSED_WITHOUT_STOP not in session.flags:
            flags.add(Flag.MISSING_STOP_REGISTER)
        return _Energy(last, frozenset(flags))
    difference = session.meter_stop_wh - start
    if difference < 0:
        return _Energy(last, frozenset(flags | {Flag.STOP_BELOW_START}))
    elapsed = _elapsed(session)
    if difference > believable_energy_wh(session.max_power_kw, elapsed):
        return _Energy(last, frozenset(flags | {Flag.ABSURD_POWER}))
    if difference > most_energy_wh(session.max_power_kw, elapsed):
        flags.add(Flag.IMPLAUSIBLE_POWER)
    if difference < last:
        flags.add(Flag.STOP_BELOW_SAMPLE)
    return _Energy(difference, frozenset(flags))


def _elapsed(session: Session) -> timedelta:
    if session.started_at is None or session.ended_at is None:
        return timedelta()
    return session.ended_at - session.started_at


def _line(
    started_at: datetime, readings: Sequence[Reading], ended_at: datetime, total: Decimal
) -> Iterator[Reading]:
    yield Reading(started_at, Decimal(0), None)
    for reading in readings:
        at = min(max(reading.at, started_at), ended_at)
        yield Reading(at, min(reading.energy_wh, total), reading.power_w)
    power = readings[-1].power_w if readings else None
    yield Reading(ended_at, total, power if total == 0 else None)
