"""The course of a session: how much energy has flown, and the power over time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.charging.chargers.model import Evse
from app.charging.sessions.metering.readings import trusted_readings
from app.charging.sessions.model import Reading, Session
from app.charging.sessions.read import samples_of
from app.directpay.views import PowerPoint
from app.infra.database import Work

MOST_POINTS: Final = 60
_SECOND: Final = timedelta(seconds=1)


@dataclass(slots=True)
class Course:
    """
    What is known of a session from its samples, in the order of their time.

    *as_of* is the charge point's time of the last one; energy is counted from the start. No power
    is believed that is above *max_power_kw*, the EVSE's.
    """

    started_at: datetime
    as_of: datetime
    max_power_kw: Decimal
    energy_kwh: Decimal = Decimal(0)
    power_kw: Decimal | None = None
    _curve: list[tuple[datetime, Decimal]] = field(default_factory=list)

    def take(self, reading: Reading) -> bool:
        """Go on to *reading*; False when it is not later than the last, and changes nothing."""
        if reading.at <= self.as_of:
            return False
        energy_kwh = reading.energy_wh / 1000
        if reading.power_w is None:
            power_kw = self._mean_power(energy_kwh, reading.at)
        else:
            power_kw = reading.power_w / 1000
        # A register in steps, or a kilowatt called watt: it must not stop the session too early.
        self.power_kw = min(power_kw, self.max_power_kw)
        self.energy_kwh = max(energy_kwh, self.energy_kwh)
        self.as_of = reading.at
        self._curve.append((reading.at, self.power_kw))
        if len(self._curve) >= MOST_POINTS * 4:
            self._curve = self._curve[::2]
        return True

    def curve(self) -> tuple[PowerPoint, ...]:
        """Return the power over time in at most MOST_POINTS points."""
        step = -(-len(self._curve) // MOST_POINTS) or 1
        return tuple(
            PowerPoint((at - self.started_at) // _SECOND, round(power_kw, 1))
            for at, power_kw in self._curve[::step]
        )

    def _mean_power(self, energy_kwh: Decimal, at: datetime) -> Decimal:
        milliseconds = (at - self.as_of) // timedelta(milliseconds=1) or 1
        return max(energy_kwh - self.energy_kwh, Decimal(0)) * 3_600_000 / milliseconds


async def course_of(work: Work, session: Session, evse: Evse) -> Course:
    """Return how a *session* at *evse* went, without what it costs. A step."""
    started_at = session.started_at or work.now
    course = Course(started_at, started_at, evse.max_power_kw)
    samples = await samples_of(work, session.session_id)
    for reading in trusted_readings(session, samples).readings:
        course.take(reading)
    return course
