"""From raw samples to readings that can be trusted: in order, inside the session, never falling."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from app.charging.sessions.metering.trust import (
    CLOCK_TOLERANCE,
    believable_energy_wh,
    most_energy_wh,
    trusted_at,
)
from app.charging.sessions.model import Flag, MeterSample, Reading, Session

# The Wh that a power in kW may have given in a time.
Bound = Callable[[Decimal, timedelta], Decimal]


@dataclass(frozen=True, slots=True)
class Trusted:
    """The readings of a session in order, energy since its start, and what was odd."""

    readings: tuple[Reading, ...]
    flags: frozenset[str]


def trusted_readings(session: Session, samples: Sequence[MeterSample]) -> Trusted:
    """
    Return the believable readings of *session*.

    Left out, each with a flag: what lies outside the session, what is below an earlier register,
    what nobody can believe of the time since its start or since the last reading (a session whose
    clock is off: since its start). What the EVSE can hardly have delivered stays and is flagged.
    """
    start = start_register(session, samples)
    if start is None or session.started_at is None:
        return Trusted((), frozenset())
    readings: list[Reading] = []
    flags: set[str] = set()
    register = Reading(session.started_at, Decimal(0), None)
    for at, sample in _in_order(session, samples):
        energy = None if sample.energy_wh is None else sample.energy_wh - start
        flag = _objection(session, register, at, energy)
        if flag is not None:
            flags.add(flag)
            continue
        reading = Reading(at, register.energy_wh if energy is None else energy, sample.power_w)
        readings.append(reading)
        if energy is not None:
            if not _plausible(session, register, at, energy, most_energy_wh):
                flags.add(Flag.IMPLAUSIBLE_POWER)
            register = reading
    return Trusted(tuple(readings), frozenset(flags))


def start_register(session: Session, samples: Sequence[MeterSample]) -> Decimal | None:
    """Return the register at the start in Wh: reported, else of the first good sample, or None."""
    if session.meter_start_wh is not None:
        return session.meter_start_wh
    for _, sample in _in_order(session, samples):
        if sample.energy_wh is not None and sample.energy_wh >= 0:
            return sample.energy_wh
    return None


def _in_order(
    session: Session, samples: Sequence[MeterSample]
) -> list[tuple[datetime, MeterSample]]:
    timed = [(trusted_at(session, sample), sample) for sample in samples]
    return sorted(timed, key=_order)


def _order(timed: tuple[datetime, MeterSample]) -> tuple[object, ...]:
    # A whole order, so that the same samples in any order of arrival give the same readings.
    at, sample = timed
    energy, power = sample.energy_wh, sample.power_w
    return (
        at,
        sample.taken_at,
        energy is None,
        energy or Decimal(0),
        power is None,
        power or Decimal(0),
    )


def _objection(
    session: Session, last: Reading, at: datetime, energy: Decimal | None
) -> Flag | None:
    if session.ended_at is not None and at > session.ended_at + CLOCK_TOLERANCE:
        return Flag.OUTSIDE_SESSION
    if energy is None:
        return None
    if energy < last.energy_wh:
        return Flag.REGISTER_DROP
    if _plausible(session, last, at, energy, believable_energy_wh):
        return None
    return Flag.ABSURD_POWER


def _plausible(session: Session, last: Reading, at: datetime, energy: Decimal, most: Bound) -> bool:
    started_at = session.started_at or at
    if energy > most(session.max_power_kw, at - started_at):
        return False
    # Without a clock a queue arrives all at once: the time between its samples is not known.
    if Flag.CLOCK_OFF in session.flags:
        return True
    return energy - last.energy_wh <= most(session.max_power_kw, at - last.at)
