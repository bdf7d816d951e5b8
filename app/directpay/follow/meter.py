"""The live meter of a running session: its cost so far, by the engine that settles it."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.charging.chargers.model import Evse
from app.charging.sessions.model import Reading, Session
from app.charging.sessions.read import readings_of
from app.directpay.model import Journey
from app.directpay.views import PowerPoint
from app.infra.database import Work
from app.kernel.money import Money
from app.pricing.tariffs.engine.live import LiveMeter
from app.pricing.tariffs.engine.plan import plan_of
from app.pricing.tariffs.engine.result import Running, Sample
from app.pricing.tariffs.get import get_tariff
from app.pricing.vat.rates import rate

MOST_POINTS = 60


@dataclass(slots=True)
class Meter:
    """
    A session under way, fed with trusted readings in their order.

    *as_of* is the charge point's time of the last reading, *heard_at* ours; energy since the start.
    """

    live: LiveMeter
    started_at: datetime
    as_of: datetime
    heard_at: datetime
    running: Running
    energy_kwh: Decimal = Decimal(0)
    power_kw: Decimal | None = None
    _curve: list[PowerPoint] = field(default_factory=list)

    def feed(self, reading: Reading, heard_at: datetime) -> None:
        """Take the next *reading*; one that is not later than the last changes nothing."""
        self.heard_at = heard_at
        if reading.at <= self.as_of:
            return
        energy_kwh = max(reading.energy_wh / 1000, self.energy_kwh)
        power_kw = None if reading.power_w is None else reading.power_w / 1000
        self.running = self.live.feed(Sample(reading.at, energy_kwh, power_kw))
        self.power_kw = (
            power_kw if power_kw is not None else self._mean_power(energy_kwh, reading.at)
        )
        self.energy_kwh, self.as_of = energy_kwh, reading.at
        self._add_point()

    def curve(self) -> tuple[PowerPoint, ...]:
        """Return the power over time in at most MOST_POINTS points."""
        step = -(-len(self._curve) // MOST_POINTS) or 1
        return tuple(self._curve[::step])

    def seconds_left(self, amount: Money) -> int | None:
        """Return for how many seconds *amount* lasts at the present power, None when for ever."""
        return self.live.seconds_left(amount, self.power_kw or Decimal(0))

    def _mean_power(self, energy_kwh: Decimal, at: datetime) -> Decimal:
        seconds = Decimal((at - self.as_of).total_seconds())
        return (energy_kwh - self.energy_kwh) * 3600 / seconds

    def _add_point(self) -> None:
        seconds = int((self.as_of - self.started_at).total_seconds())
        self._curve.append(PowerPoint(seconds, round(self.power_kw or Decimal(0), 1)))
        if len(self._curve) >= MOST_POINTS * 4:
            self._curve = self._curve[::2]


async def meter_of(work: Work, journey: Journey, session: Session, evse: Evse) -> Meter:
    """Return the meter of a running *session*, fed with all its readings. A step."""
    tariff = await get_tariff(work, journey.tariff_id, journey.tariff_version)
    started_at = session.started_at or work.now
    vat = rate(evse.location.country, started_at.date())
    live = LiveMeter(plan_of(tariff), started_at, evse.location.time_zone, vat)
    meter = Meter(
        live=live,
        started_at=started_at,
        as_of=started_at,
        heard_at=session.heard_at or started_at,
        running=live.running(),
    )
    for reading in await readings_of(work, session):
        meter.feed(reading, session.heard_at or reading.at)
    return meter
