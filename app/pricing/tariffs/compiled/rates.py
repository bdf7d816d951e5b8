"""The prices of a plan under a VAT rate, as whole numbers per unit of energy and time."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Final, NamedTuple

from app.pricing.tariffs.compiled.plan import Component, Plan
from app.pricing.tariffs.compiled.units import COMMON, HOUR, KWH, decimal
from app.pricing.tariffs.model import Dimension, PriceLimit, TaxIncluded

_PER: Final = {
    Dimension.FLAT: 1,
    Dimension.ENERGY: KWH,
    Dimension.TIME: HOUR,
    Dimension.PARKING_TIME: HOUR,
}

# Prices per hour are shown per minute (AFIR, Article 5(4)).
_SHOWN: Final = {
    Dimension.FLAT: 1,
    Dimension.ENERGY: 1,
    Dimension.TIME: 60,
    Dimension.PARKING_TIME: 60,
}


class Sides(NamedTuple):
    """An amount before and after taxes, in `1 / scale`."""

    net: int
    gross: int


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """
    Net and gross price of every component, per unit, in `1 / scale` of a major unit.

    *vat* is the rate of each component in percent, None where nobody knows it; *usual* is the rate
    of what no component prices (a minimum price on nothing). *unit_price* is the gross price of
    each component per kWh, minute or session, in major units, for display.
    """

    scale: int
    net: tuple[int, ...]
    gross: tuple[int, ...]
    unit_price: tuple[Decimal, ...]
    vat: tuple[Decimal | None, ...]
    usual: Decimal | None
    least: Sides | None
    most: Sides | None


@lru_cache(maxsize=2048)
def rates_of(plan: Plan, vat: Decimal | None) -> Rates:
    """Return the rates of *plan* where the country's VAT is *vat* percent (None: not known)."""
    included = plan.tariff.tax_included
    usual = _usual(included, vat)
    percents = tuple(_percent(component, included, usual) for component in plan.components)
    pairs = [
        _net_and_gross(component.price, percent, included)
        for component, percent in zip(plan.components, percents, strict=True)
    ]
    lowest = min((one for one in percents if one is not None), default=usual)
    limits = [_both_sides(one, lowest) for one in (plan.tariff.min_price, plan.tariff.max_price)]
    every = [price for pair in [*pairs, *limits] if pair is not None for price in pair]
    scale = COMMON * lcm(1, *(price.denominator for price in every))
    units = [_PER[component.kind] for component in plan.components]
    return Rates(
        scale=scale,
        net=tuple(int(net * scale) // unit for (net, _), unit in zip(pairs, units, strict=True)),
        gross=tuple(
            int(gross * scale) // unit for (_, gross), unit in zip(pairs, units, strict=True)
        ),
        unit_price=tuple(
            _shown(gross, component.kind)
            for (_, gross), component in zip(pairs, plan.components, strict=True)
        ),
        vat=percents,
        usual=next((one for one in percents if one is not None), usual),
        least=_scaled(limits[0], scale),
        most=_scaled(limits[1], scale),
    )


def _shown(gross: Fraction, kind: Dimension) -> Decimal:
    return decimal(gross.numerator, gross.denominator * _SHOWN[kind])


def _usual(included: TaxIncluded, vat: Decimal | None) -> Decimal | None:
    if included is TaxIncluded.NOT_APPLICABLE:
        return Decimal(0)
    return vat


def _percent(component: Component, included: TaxIncluded, usual: Decimal | None) -> Decimal | None:
    if included is TaxIncluded.NOT_APPLICABLE or component.vat is None:
        return usual
    return component.vat


def _net_and_gross(
    price: Fraction, percent: Decimal | None, included: TaxIncluded
) -> tuple[Fraction, Fraction]:
    factor = 1 + Fraction(percent or 0) / 100
    if included is TaxIncluded.YES:
        return price / factor, price
    return price, price * factor


def _both_sides(
    limit: PriceLimit | None, lowest: Decimal | None
) -> tuple[Fraction, Fraction] | None:
    """
    Return *limit* before and after taxes.

    A side that is not stated follows from the other by the lowest VAT rate of the tariff, so that
    the limit that is shown is the one that holds, whatever the session consists of.
    """
    if limit is None:
        return None
    factor = 1 + Fraction(lowest or 0) / 100
    before, after = limit.before_taxes, limit.after_taxes
    net = Fraction(after or 0) / factor if before is None else Fraction(before)
    gross = net * factor if after is None else Fraction(after)
    return net, gross


def _scaled(limit: tuple[Fraction, Fraction] | None, scale: int) -> Sides | None:
    return None if limit is None else Sides(*(int(side * scale) for side in limit))
