"""What can be believed of a charge point's clock and meter."""

from datetime import datetime, timedelta
from decimal import Decimal

from app.charging.sessions.model import MeterSample, Session

CLOCK_TOLERANCE = timedelta(minutes=5)
# A stop that comes later than this was kept by a charge point without connection.
LATE_AFTER = timedelta(minutes=15)
# Chargers note, hard cases: more than 1.2 times the EVSE's maximum is not power but an error.
POWER_FACTOR = Decimal("1.2")
# Some meters count in whole kilowatt-hours: one step of them is not absurd.
SLACK_WH = Decimal(1000)
SLACK_SECONDS = 60
# What is more than an EVSE can deliver is billed and looked at by a person; what is more than that
# by a large battery, such as watt-hours told as kilowatt-hours, is an error and not billed.
LARGEST_BATTERY_WH = Decimal(150_000)

_SECONDS_PER_HOUR = 3600
_MICROSECOND = timedelta(microseconds=1)
_PER_SECOND = 1_000_000


def believable(
    at: datetime | None, *, earliest: datetime, received_at: datetime
) -> datetime | None:
    """Return the charge point's time when it lies between *earliest* and the receipt, else None."""
    if at is None:
        return None
    if earliest - CLOCK_TOLERANCE <= at <= received_at + CLOCK_TOLERANCE:
        return min(max(at, earliest), received_at)
    return None


def trusted_time(
    session: Session, at: datetime | None, *, received_at: datetime
) -> datetime | None:
    """
    Return the charge point's time *at* as far as it can be believed of *session*, else None.

    A clock that was off at the start is taken to be off by as much, unless that cannot be: then it
    was set right in between, which is only believed of times after the start.
    """
    earliest = session.started_at or session.created_at
    if at is None:
        return None
    corrected = believable(at + session.clock_offset, earliest=earliest, received_at=received_at)
    if corrected is not None or at < earliest:
        return corrected
    return believable(at, earliest=earliest, received_at=received_at)


def trusted_at(session: Session, sample: MeterSample) -> datetime:
    """Return when *sample* was taken: by the charge point's clock if believable, else by ours."""
    at = trusted_time(session, sample.taken_at, received_at=sample.received_at)
    return at or sample.received_at


def most_energy_wh(max_power_kw: Decimal, elapsed: timedelta) -> Decimal:
    """Return the Wh that an EVSE of *max_power_kw* can plausibly deliver in *elapsed*."""
    seconds = max(Decimal(elapsed // _MICROSECOND) / _PER_SECOND, Decimal(0)) + SLACK_SECONDS
    watts = max_power_kw * 1000 * POWER_FACTOR
    return watts * seconds / _SECONDS_PER_HOUR + SLACK_WH


def believable_energy_wh(max_power_kw: Decimal, elapsed: timedelta) -> Decimal:
    """Return the Wh beyond which a register is not doubted but disbelieved."""
    return most_energy_wh(max_power_kw, elapsed) + LARGEST_BATTERY_WH
