"""The meter of a session under way: cost so far, price now, what a held amount still buys."""

from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Final, NamedTuple

from app.kernel.money import Money, exponent
from app.pricing.tariffs.compiled.plan import Active, Plan
from app.pricing.tariffs.compiled.rates import rates_of
from app.pricing.tariffs.compiled.units import (
    DAY,
    NEVER,
    SECOND,
    energy,
    instant,
    kilowatt_hours,
    minor_units,
)
from app.pricing.tariffs.engine.block import prices_of
from app.pricing.tariffs.engine.cursor import Cursor
from app.pricing.tariffs.engine.forecast import (
    ENERGY_AT_ONCE,
    Forecast,
    charging_at,
    next_change,
)
from app.pricing.tariffs.engine.meter import Meter
from app.pricing.tariffs.engine.priced import Priced
from app.pricing.tariffs.engine.result import PriceNow, Running, Sample
from app.pricing.tariffs.engine.tally import bill

_WATT_HOUR: Final = Decimal("0.001")


class _Shown(NamedTuple):
    """What a page shows of the prices, good while the session stays *active* and before *until*."""

    active: Active
    until: int
    prices: tuple[PriceNow, ...]
    next_change: datetime | None
    following: tuple[PriceNow, ...]


class LiveMeter:
    """
    A session under way, fed with each sample in constant time.

    After the last sample it has the same price as `price_samples`, because it is the same meter.
    """

    def __init__(
        self, plan: Plan, started_at: datetime, time_zone: str, vat: Decimal | None
    ) -> None:
        """Begin at *started_at*; *vat* is the country's rate in percent. Raises TimeZoneUnknown."""
        self._plan = plan
        self._meter = Meter(plan, started_at, time_zone)
        self._rates = rates_of(plan, vat)
        self._currency = plan.tariff.currency
        self._shown: _Shown | None = None

    def feed(self, sample: Sample) -> Running:
        """Go on to *sample*, and return the cost and the prices then."""
        self.take(sample)
        return self.running()

    def take(self, sample: Sample) -> None:
        """Go on to *sample*; one that goes back in time or energy counts as no progress."""
        self._meter.take(sample)

    def is_straight_to(self, sample: Sample) -> bool:
        """Tell whether no sample between here and *sample* could change anything."""
        return self._meter.is_straight_to(sample)

    def running(self) -> Running:
        """Return the cost and the prices of this moment."""
        cursor = self._meter.cursor
        cursor.settle()
        shown = self._shown
        if shown is None or shown.active is not cursor.active or cursor.at >= shown.until:
            shown = self._shown = self._look(cursor)
        full = cursor.until_energy
        return Running(
            cost=self.cost(),
            price_now=shown.prices,
            next_change=shown.next_change,
            next_change_kwh=None if full == NEVER else kilowatt_hours(full),
            next_components=shown.following,
        )

    def cost(self) -> Money:
        """Return what settling now would cost, incl. VAT."""
        gross = bill((self._meter.tally,), self._rates, self._plan.policy).gross
        minor = minor_units(gross, self._rates.scale, exponent(self._currency))
        return Money(minor, self._currency)

    def priced(self) -> Priced:
        """Return the price of the session so far, with all its lines."""
        meter = self._meter
        found = bill((meter.tally,), self._rates, self._plan.policy)
        return Priced(self._plan, self._rates, found, tuple(meter.notes))

    def energy_left(self, amount: Money) -> Decimal | None:
        """
        Return how many kWh may still flow at once before the cost exceeds *amount*, incl. VAT.

        Rounded down to the watt-hour and never too much; thresholds ahead are taken into account,
        time is not. None when energy never makes it exceed *amount*.
        """
        steps = self._forecast().steps_until(amount, ENERGY_AT_ONCE)
        return None if steps is None else kilowatt_hours(steps).quantize(_WATT_HOUR, ROUND_FLOOR)

    def seconds_left(self, amount: Money, power_kw: Decimal) -> int | None:
        """
        Return for how many whole seconds at *power_kw* the cost stays within *amount*, incl. VAT.

        Changes of price on the way are taken into account, and the answer is never too late. None
        when *amount* is never exceeded.
        """
        way = charging_at(energy(max(power_kw, Decimal(0))))
        steps = self._forecast().steps_until(amount, way)
        return None if steps is None else steps // SECOND

    def _forecast(self) -> Forecast:
        return Forecast(self._meter.cursor, self._meter.tally, self._rates)

    def _look(self, cursor: Cursor) -> _Shown:
        now, change = self._prices(cursor), next_change(cursor)
        if change is None:
            return _Shown(cursor.active, cursor.at + DAY, now, None, ())
        return _Shown(
            active=cursor.active,
            until=change.at,
            prices=now,
            next_change=instant(change.at),
            following=self._prices(change),
        )

    def _prices(self, cursor: Cursor) -> tuple[PriceNow, ...]:
        return prices_of(cursor.active, self._rates, self._currency)
