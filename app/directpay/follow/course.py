"""The course of a session: how much energy has flown, and the power over time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.charging.cdrs.model import price_sample
from app.charging.chargers.model import Evse
from app.charging.sessions.metering.readings import trusted_readings
from app.charging.sessions.model import Session
from app.charging.sessions.read import samples_of
from app.directpay.views import PowerPoint
from app.infra.database import Work
from app.pricing.tariffs.engine import Sample

MOST_POINTS: Final = 60


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
    _curve: list[PowerPoint] = field(default_factory=list)

    def take(self, sample: Sample) -> None:
        """Go on to *sample*, which is later than the last."""
        power_kw = sample.power_kw
        if power_kw is None:
            power_kw = self._mean_power(sample.energy_kwh, sample.at)
        # A register in steps, or a kilowatt called watt: it must not stop the session too early.
        self.power_kw = min(power_kw, self.max_power_kw)
        self.energy_kwh = max(sample.energy_kwh, self.energy_kwh)
        self.as_of = sample.at
        self._add_point()

    def curve(self) -> tuple[PowerPoint, ...]:
        """Return the power over time in at most MOST_POINTS points."""
        step = -(-len(self._curve) // MOST_POINTS) or 1
        return tuple(self._curve[::step])

    def _mean_power(self, energy_kwh: Decimal, at: datetime) -> Decimal:
        milliseconds = (at - self.as_of) // timedelta(milliseconds=1) or 1
        return max(energy_kwh - self.energy_kwh, Decimal(0)) * 3_600_000 / milliseconds

    def _add_point(self) -> None:
        seconds = (self.as_of - self.started_at) // timedelta(seconds=1)
        self._curve.append(PowerPoint(seconds, round(self.power_kw or Decimal(0), 1)))
        if len(self._curve) >= MOST_POINTS * 4:
            self._curve = self._curve[::2]


async def course_of(work: Work, session: Session, evse: Evse) -> Course:
    """Return how a *session* at *evse* went, without what it costs. A step."""
    started_at = session.started_at or work.now
    course = Course(started_at, started_at, evse.max_power_kw)
    samples = await samples_of(work, session.session_id)
    for reading in trusted_readings(session, samples).readings:
        if reading.at > course.as_of:
            course.take(price_sample(reading))
    return course
