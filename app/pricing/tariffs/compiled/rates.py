"""The prices of a plan under a VAT rate, as whole numbers per unit of energy and time."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Final, NamedTuple

from app.pricing.tariffs.compiled.plan import Component, Plan
from app.pricing.tariffs.compiled.policy import Limits
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


class Limit(NamedTuple):
    """
    A price limit; a side that the tariff does not state is None.

    *sides* has both, the unstated one by the tariff's lowest VAT rate for a minimum and its highest
    for a maximum: what a driver may rely on before anybody knows what the session consists of.
    """

    net: int | None
    gross: int | None
    sides: Sides


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """
    Net and gross price of every component, per unit, in `1 / scale` of a major unit.

    *vat* is the rate of each component in percent, None where nobody knows it; *usual* is the rate
    that is shown for all, *lowest* that of a minimum price on nothing. *unit_price* is the gross
    price of each component per kWh, minute or session, in major units, for display.
    """

    scale: int
    net: tuple[int, ...]
    gross: tuple[int, ...]
    unit_price: tuple[Decimal, ...]
    vat: tuple[Decimal | None, ...]
    usual: Decimal | None
    lowest: Decimal | None
    least: Limit | None
    most: Limit | None


@lru_cache(maxsize=2048)
def rates_of(plan: Plan, vat: Decimal | None) -> Rates:
    """Return the rates of *plan* where the country's VAT is *vat* percent (None: not known)."""
    usual = _usual(plan.tariff.tax_included, vat)
    percents = tuple(_percent(component, vat) for component in plan.components)
    pairs = [
        _net_and_gross(component.price, percent, component.tariff.tax_included)
        for component, percent in zip(plan.components, percents, strict=True)
    ]
    # Several tariffs may price together, but the limits are those of one.
    known = [
        percent
        for component, percent in zip(plan.components, percents, strict=True)
        if percent is not None and component.tariff is plan.tariff
    ]
    lowest = min(known, default=usual)
    limits = _limits(plan, lowest, max(known, default=usual))
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
        usual=next(iter(known), usual),
        lowest=lowest,
        least=_scaled(plan.tariff.min_price, limits[0], scale),
        most=_scaled(plan.tariff.max_price, limits[1], scale),
    )


def _limits(
    plan: Plan, lowest: Decimal | None, highest: Decimal | None
) -> tuple[tuple[Fraction, Fraction] | None, tuple[Fraction, Fraction] | None]:
    if plan.policy.limits is Limits.IGNORED:
        return None, None
    tariff = plan.tariff
    return _both_sides(tariff.min_price, lowest), _both_sides(tariff.max_price, highest)


def _shown(gross: Fraction, kind: Dimension) -> Decimal:
    return decimal(gross.numerator, gross.denominator * _SHOWN[kind])


def _usual(included: TaxIncluded, vat: Decimal | None) -> Decimal | None:
    if included is TaxIncluded.NOT_APPLICABLE:
        return Decimal(0)
    return vat


def _percent(component: Component, vat: Decimal | None) -> Decimal | None:
    included = component.tariff.tax_included
    if included is TaxIncluded.NOT_APPLICABLE or component.vat is None:
        return _usual(included, vat)
    return component.vat


def _net_and_gross(
    price: Fraction, percent: Decimal | None, included: TaxIncluded
) -> tuple[Fraction, Fraction]:
    factor = 1 + Fraction(percent or 0) / 100
    if included is TaxIncluded.YES:
        return price / factor, price
    return price, price * factor


def _both_sides(limit: PriceLimit | None, rate: Decimal | None) -> tuple[Fraction, Fraction] | None:
    """Return *limit* before and after taxes; a side that is not stated follows by *rate*."""
    if limit is None or (limit.before_taxes is None and limit.after_taxes is None):
        return None
    factor = 1 + Fraction(rate or 0) / 100
    before, after = limit.before_taxes, limit.after_taxes
    net = Fraction(after or 0) / factor if before is None else Fraction(before)
    gross = net * factor if after is None else Fraction(after)
    return net, gross


def _scaled(
    stated: PriceLimit | None, sides: tuple[Fraction, Fraction] | None, scale: int
) -> Limit | None:
    if stated is None or sides is None:
        return None
    net, gross = (int(side * scale) for side in sides)
    return Limit(
        net=None if stated.before_taxes is None else net,
        gross=None if stated.after_taxes is None else gross,
        sides=Sides(net, gross),
    )
