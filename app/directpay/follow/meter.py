"""The live meter of a running session: its cost so far, by the engine that settles it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.charging.cdrs.model import price_sample
from app.charging.chargers.model import Evse
from app.charging.sessions.metering.readings import start_register, trusted_readings
from app.charging.sessions.model import Reading, Session
from app.charging.sessions.read import samples_of
from app.directpay.follow.course import Course
from app.directpay.model import Journey
from app.directpay.prices.show import vat_at
from app.directpay.prices.terms import agreed_tariff
from app.infra.database import Work
from app.kernel.money import Money
from app.pricing.promotions.apply import apply
from app.pricing.promotions.model import Reservation
from app.pricing.promotions.reserve import reserved
from app.pricing.tariffs.engine import LiveMeter, Running, plan_of


@dataclass(slots=True, kw_only=True)
class Meter(Course):
    """
    A session under way, fed with trusted readings in their order.

    *heard_at* is our time of the last reading; *opening_wh* is where the register stood at the
    start. From *taxed_until* on another VAT rate may be due on the whole session, because it is
    that of its end: then make another one.
    *discount* is what the *promised* benefits take off the cost so far, None when there are none.
    *is_live* says that prices may still come that count.
    """

    live: LiveMeter
    opening_wh: Decimal
    heard_at: datetime
    running: Running
    taxed_until: datetime
    promised: tuple[Reservation, ...] = ()
    discount: Money | None = None
    is_live: bool = False

    def feed(self, readings: Sequence[Reading], heard_at: datetime) -> None:
        """
        Take the next *readings*; one that is not later than the last changes nothing.

        What it costs is worked out once, after the last of them.
        """
        self.heard_at = heard_at
        new = [reading for reading in readings if self.take(reading)]
        if not new:
            return
        last = price_sample(new[-1])
        if not self.live.is_straight_to(last):
            for reading in new[:-1]:
                self.live.take(price_sample(reading))
        self.live.take(last)
        self.running = self.live.running()
        if self.promised:
            self.discount = apply(self.live.priced(), self.promised).total

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
