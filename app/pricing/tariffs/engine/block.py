"""The prices of a moment: the price block before a session, and the price now during it."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from app.kernel.money import Money, exponent
from app.pricing.tariffs.compiled.calendar import Calendar
from app.pricing.tariffs.compiled.plan import (
    Active,
    Component,
    Phase,
    Plan,
    Situation,
    calendar_of,
)
from app.pricing.tariffs.compiled.rates import Limit, Rates, rates_of
from app.pricing.tariffs.compiled.units import KWH, MINUTE, decimal, instant, micros, minor_units
from app.pricing.tariffs.engine.invoice import UNIT_OF
from app.pricing.tariffs.engine.result import LineKind, PriceBlock, PriceNow
from app.pricing.tariffs.model import Dimension

# How far ahead a change of price is looked for.
DAYS_AHEAD: Final = 8
_MOST_MASKS: Final = 1024
_DIMENSIONS: Final = (Dimension.ENERGY, Dimension.TIME, Dimension.PARKING_TIME, Dimension.FLAT)


def price_block(plan: Plan, at: datetime, time_zone: str, vat: Decimal | None) -> PriceBlock:
    """
    Return the prices of a session that starts at *at*, incl. VAT, in the order of AFIR.

    No component at all means that charging is free. Raises TimeZoneUnknown.
    """
    return _board(plan, time_zone, vat).at(micros(at))


def prices_of(active: Active, rates: Rates, currency: str) -> tuple[PriceNow, ...]:
    """Return the prices of *active* that are not zero, incl. VAT, in the order of AFIR."""
    components = (active.energy, active.time, active.parking, active.flat)
    return tuple(
        PriceNow(UNIT_OF[one.kind], LineKind(one.kind.value), rates.unit_price[one.index], currency)
        for one in components
        if one is not None and rates.gross[one.index]
    )


@lru_cache(maxsize=1024)
def _board(plan: Plan, time_zone: str, vat: Decimal | None) -> "_Board":
    return _Board(plan, calendar_of(plan, time_zone), rates_of(plan, vat))


class _Board:
    """The price blocks of one tariff in one place; the last one is kept while it holds."""

    def __init__(self, plan: Plan, calendar: Calendar, rates: Rates) -> None:
        self._plan = plan
        self._calendar = calendar
        self._rates = rates
        self._prices: dict[int, _Prices] = {}
        self._kept: tuple[int, int, PriceBlock] | None = None

    def at(self, when: int) -> PriceBlock:
        kept = self._kept
        if kept is None or not kept[0] <= when < kept[1]:
            kept = self._kept = when, self._calendar.at(when)[1], self._made(when)
        return kept[2]

    def _made(self, when: int) -> PriceBlock:
        now = self._under(self._calendar.at(when)[0])
        until: dict[Dimension, datetime] = {}
        following: tuple[PriceNow, ...] = ()
        for change, mask in self._calendar.changes(when, days=DAYS_AHEAD):
            later = self._under(mask)
            different = [one for one in _DIMENSIONS if later.of[one] != now.of[one]]
            if different and not until:
                following = later.shown({})
            for dimension in different:
                until.setdefault(dimension, instant(change))
        tariff, rates = self._plan.tariff, self._rates
        return PriceBlock(
            tariff_id=tariff.id,
            tariff_version=self._plan.version,
            currency=tariff.currency,
            vat_rate=rates.usual,
            components=now.shown(until),
            minimum=_limit(rates.least, rates, tariff.currency),
            maximum=_limit(rates.most, rates, tariff.currency),
            next_change=min(until.values(), default=None),
            next_components=following,
        )

    def _under(self, mask: int) -> "_Prices":
        if mask not in self._prices:
            if len(self._prices) >= _MOST_MASKS:
                self._prices.clear()
            self._prices[mask] = _Prices(self._plan, self._rates, mask)
        return self._prices[mask]


class _Prices:
    """The prices, per dimension and threshold, of a session that starts while *mask* holds."""

    def __init__(self, plan: Plan, rates: Rates, mask: int) -> None:
        self._plan = plan
        self._rates = rates
        self._mask = mask
        self.of = {dimension: tuple(self._steps(dimension)) for dimension in _DIMENSIONS}

    def shown(self, until: dict[Dimension, datetime]) -> tuple[PriceNow, ...]:
        return tuple(
            PriceNow(
                unit=UNIT_OF[dimension],
                kind=LineKind(dimension.value),
                price=price,
                currency=self._plan.tariff.currency,
                from_minute=None if axis != "duration" else cut // MINUTE,
                from_kwh=None if axis != "energy" else decimal(cut, KWH),
                from_kw=None if axis != "power" else decimal(cut, KWH),
                until=until.get(dimension),
            )
            for dimension in _DIMENSIONS
            for price, axis, cut in self.of[dimension]
        )

    def _steps(self, dimension: Dimension) -> Iterator[tuple[Decimal, str, int]]:
        """Yield each price of *dimension* and the threshold from which it holds; no price is 0."""
        first = self._price(dimension)
        if first:
            yield first, "", 0
        cuts = self._plan.cuts
        for axis, thresholds in (
            ("duration", cuts.duration),
            ("energy", cuts.energy),
            ("power", cuts.power),
        ):
            before = first
            for number, threshold in enumerate(thresholds, start=1):
                price = self._price(dimension, **{axis: number})
                if price != before:
                    yield price, axis, threshold
                before = price

    def _price(
        self, dimension: Dimension, *, duration: int = 0, energy: int = 0, power: int = 0
    ) -> Decimal:
        # A session begins with nothing on the meter; a threshold of zero is passed already.
        cuts = self._plan.cuts
        situation = Situation(
            Phase.CHARGING,
            self._mask,
            max(energy, cuts.energy[:1].count(0)),
            max(duration, cuts.duration[:1].count(0)),
            (power, power) if cuts.power else None,
            None,
        )
        active = self._plan.active(situation)
        component: Component | None = active[_PLACE[dimension]]
        return Decimal(0) if component is None else self._rates.unit_price[component.index]


_PLACE: Final = {
    Dimension.FLAT: 0,
    Dimension.ENERGY: 1,
    Dimension.TIME: 2,
    Dimension.PARKING_TIME: 3,
}


def _limit(limit: Limit | None, rates: Rates, currency: str) -> Money | None:
    """Return a price limit as the driver sees it: incl. VAT."""
    if limit is None:
        return None
    return Money(minor_units(limit.sides.gross, rates.scale, exponent(currency)), currency)
