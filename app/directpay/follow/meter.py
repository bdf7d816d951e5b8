"""The live meter of a running session: its cost so far, by the engine that settles it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.charging.cdrs.model import price_sample
from app.charging.chargers.model import Evse
from app.charging.sessions.metering.readings import start_register, trusted_readings
from app.charging.sessions.model import Reading, Session
from app.charging.sessions.read import samples_of
from app.directpay.model import Journey
from app.directpay.prices.show import vat_at
from app.directpay.prices.terms import agreed_tariff
from app.directpay.views import PowerPoint
from app.infra.database import Work
from app.kernel.money import Money
from app.pricing.promotions.apply import apply
from app.pricing.promotions.model import Reservation
from app.pricing.promotions.reserve import reserved
from app.pricing.tariffs.engine import LiveMeter, Running, plan_of

MOST_POINTS = 60


@dataclass(slots=True)
class Meter:
    """
    A session under way, fed with trusted readings in their order.

    *as_of* is the charge point's time of the last reading, *heard_at* ours; energy since the start,
    when the register stood at *opening_wh*.
    No power is believed that is above *max_power_kw*, the EVSE's. From *taxed_until* on another VAT
    rate may be due on the whole session, because it is that of its end: then make another one.
    *discount* is what the *promised* benefits take off the cost so far, None when there are none.
    *is_live* says that prices may still come that count.
    """

    live: LiveMeter
    max_power_kw: Decimal
    opening_wh: Decimal
    started_at: datetime
    as_of: datetime
    heard_at: datetime
    running: Running
    taxed_until: datetime
    promised: tuple[Reservation, ...] = ()
    discount: Money | None = None
    energy_kwh: Decimal = Decimal(0)
    power_kw: Decimal | None = None
    is_live: bool = False
    _curve: list[PowerPoint] = field(default_factory=list)

    def feed(self, readings: Sequence[Reading], heard_at: datetime) -> None:
        """
        Take the next *readings*; one that is not later than the last changes nothing.

        What it costs is worked out once, after the last of them.
        """
        self.heard_at = heard_at
        before = self.as_of
        for reading in readings:
            if reading.at > self.as_of:
                self._take(reading)
        if self.as_of == before:
            return
        self.running = self.live.running()
        if self.promised:
            self.discount = apply(self.live.priced(), self.promised).total

    def _take(self, reading: Reading) -> None:
        sample = price_sample(reading)
        self.live.take(sample)
        power_kw = sample.power_kw
        if power_kw is None:
            power_kw = self._mean_power(sample.energy_kwh, reading.at)
        # A register in steps, or a kilowatt called watt: it must not stop the session too early.
        self.power_kw = min(power_kw, self.max_power_kw)
        self.energy_kwh = max(sample.energy_kwh, self.energy_kwh)
        self.as_of = reading.at
        self._add_point()

    def curve(self) -> tuple[PowerPoint, ...]:
        """Return the power over time in at most MOST_POINTS points."""
        step = -(-len(self._curve) // MOST_POINTS) or 1
        return tuple(self._curve[::step])

    @property
    def register_wh(self) -> Decimal:
        """Return where the charge point's own meter stands, as far as it is believed."""
        return self.opening_wh + self.energy_kwh * 1000

    @property
    def payable(self) -> Money:
        """Return what the driver would pay now, incl. VAT."""
        cost = self.running.cost
        return cost if self.discount is None else cost - self.discount

    def seconds_left(self, amount: Money) -> int | None:
        """Return for how many seconds *amount* lasts at the present power, None when for ever."""
        return self.live.seconds_left(self._with_discount(amount), self.power_kw or Decimal(0))

    def seconds_left_at_most(self, amount: Money) -> int | None:
        """Return for how many seconds *amount* surely lasts, whatever the car draws, or None."""
        return self.live.seconds_left(self._with_discount(amount), self.max_power_kw)

    def _with_discount(self, amount: Money) -> Money:
        # A discount grows with the cost: what it is now is the least that it will be.
        return amount if self.discount is None else amount + self.discount

    def _mean_power(self, energy_kwh: Decimal, at: datetime) -> Decimal:
        milliseconds = (at - self.as_of) // timedelta(milliseconds=1) or 1
        return max(energy_kwh - self.energy_kwh, Decimal(0)) * 3_600_000 / milliseconds

    def _add_point(self) -> None:
        seconds = (self.as_of - self.started_at) // timedelta(seconds=1)
        self._curve.append(PowerPoint(seconds, round(self.power_kw or Decimal(0), 1)))
        if len(self._curve) >= MOST_POINTS * 4:
            self._curve = self._curve[::2]


async def meter_of(work: Work, journey: Journey, session: Session, evse: Evse) -> Meter:
    """Return the meter of a running *session*, fed with all its readings. A step."""
    tariff = await agreed_tariff(work, journey, work.now)
    started_at = session.started_at or work.now
    samples = await samples_of(work, session.session_id)
    readings = trusted_readings(session, samples).readings
    looked_at = max([started_at, *(reading.at for reading in readings)])
    vat = vat_at(evse, looked_at)
    live = LiveMeter(plan_of(tariff), started_at, evse.location.time_zone, vat)
    meter = Meter(
        live=live,
        max_power_kw=evse.max_power_kw,
        opening_wh=start_register(session, samples) or Decimal(0),
        started_at=started_at,
        as_of=started_at,
        heard_at=session.heard_at or started_at,
        running=live.running(),
        taxed_until=_next_midnight(looked_at, evse.location.time_zone),
        promised=await reserved(work, session.session_id),
        is_live=tariff.series is not None and not tariff.variant,
    )
    meter.feed(readings, session.heard_at or looked_at)
    return meter


def _next_midnight(at: datetime, time_zone: str) -> datetime:
    """Return when the next local day begins: VAT rates change with the day."""
    zone = ZoneInfo(time_zone)
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone).astimezone(UTC)
