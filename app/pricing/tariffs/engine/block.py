"""The prices of a moment: the price block before a session, and the price now during it."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.kernel.money import Money, exponent
from app.pricing.tariffs.compiled.plan import (
    Active,
    Component,
    Phase,
    Plan,
    Situation,
    calendar_of,
)
from app.pricing.tariffs.compiled.rates import Rates, Sides, rates_of
from app.pricing.tariffs.compiled.units import KWH, MINUTE, decimal, instant, micros, minor_units
from app.pricing.tariffs.engine.invoice import PER_UNIT, UNIT_OF
from app.pricing.tariffs.engine.result import LineKind, PriceBlock, PriceNow
from app.pricing.tariffs.model import Dimension

# How far ahead a change of price is looked for.
DAYS_AHEAD: Final = 8
_DIMENSIONS: Final = (Dimension.ENERGY, Dimension.TIME, Dimension.PARKING_TIME, Dimension.FLAT)


def price_block(plan: Plan, at: datetime, time_zone: str, vat: Decimal | None) -> PriceBlock:
    """
    Return the prices of a session that starts at *at*, incl. VAT, in the order of AFIR.

    No component at all means that charging is free. Raises TimeZoneUnknown.
    """
    rates = rates_of(plan, vat)
    calendar = calendar_of(plan, time_zone)
    mask, _ = calendar.at(micros(at))
    now = _Prices(plan, rates, mask)
    until: dict[Dimension, datetime] = {}
    following: _Prices | None = None
    for when, changed in calendar.changes(micros(at), days=DAYS_AHEAD):
        later = _Prices(plan, rates, changed)
        different = [one for one in _DIMENSIONS if later.of[one] != now.of[one]]
        if different and following is None:
            following = later
        for dimension in different:
            until.setdefault(dimension, instant(when))
    currency = plan.tariff.currency
    return PriceBlock(
        tariff_id=plan.tariff.id,
        tariff_version=plan.version,
        currency=currency,
        vat_rate=None if rates.usual is None else decimal(rates.usual),
        components=now.shown(until),
        minimum=_limit(rates.least, rates, currency),
        maximum=_limit(rates.most, rates, currency),
        next_change=min(until.values(), default=None),
        next_components=following.shown({}) if following else (),
    )


def prices_of(active: Active, rates: Rates, currency: str) -> tuple[PriceNow, ...]:
    """Return the prices of *active* that are not zero, incl. VAT, in the order of AFIR."""
    components = (active.energy, active.time, active.parking, active.flat)
    return tuple(
        PriceNow(UNIT_OF[one.kind], LineKind(one.kind.value), _gross(one, rates), currency)
        for one in components
        if one is not None and rates.gross[one.index]
    )


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
                from_kwh=None if axis != "energy" else decimal(Fraction(cut, KWH)),
                from_kw=None if axis != "power" else decimal(Fraction(cut, KWH)),
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
        return Decimal(0) if component is None else _gross(component, self._rates)


_PLACE: Final = {
    Dimension.FLAT: 0,
    Dimension.ENERGY: 1,
    Dimension.TIME: 2,
    Dimension.PARKING_TIME: 3,
}


def _gross(component: Component, rates: Rates) -> Decimal:
    per = PER_UNIT[UNIT_OF[component.kind]]
    return decimal(Fraction(rates.gross[component.index] * per, rates.scale))


def _limit(limit: Sides | None, rates: Rates, currency: str) -> Money | None:
    """Return a price limit as the driver sees it: incl. VAT."""
    if limit is None:
        return None
    gross = limit.gross
    if gross is None:
        gross = int(Fraction(limit.net or 0) * (1 + (rates.usual or Fraction(0)) / 100))
    return Money(minor_units(gross, rates.scale, exponent(currency)), currency)
