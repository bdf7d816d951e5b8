"""Our tariffs, which are OCPI's, as tariffs of OCPP 2.1; and what of one can't be said there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.pricing.tariffs.model import (
    Dimension,
    PriceComponent,
    PriceLimit,
    Tariff,
    TariffElement,
    TariffRestrictions,
    TaxIncluded,
)

_HUNDRED: Final = Decimal(100)
_MINUTES: Final = Decimal(60)
_KILO: Final = Decimal(1000)
# Prices without VAT, and per minute, need not end: so many digits are a millionth of a cent.
_DIGITS: Final = Decimal("1e-8")
_LONGEST_ID: Final = 60
_PLACES: Final = {
    Dimension.ENERGY: ("energy", "priceKwh", Decimal(1)),
    Dimension.TIME: ("chargingTime", "priceMinute", _MINUTES),
    Dimension.PARKING_TIME: ("idleTime", "priceMinute", _MINUTES),
    Dimension.FLAT: ("fixedFee", "priceFixed", Decimal(1)),
}
_NOT_FIXED: Final = (
    "min_kwh",
    "max_kwh",
    "min_current",
    "max_current",
    "min_power",
    "max_power",
    "min_duration",
    "max_duration",
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A tariff as OCPP 2.1 has it, and in words what of ours it can't say."""

    tariff: Mapping[str, Any]
    lost: tuple[str, ...]


def tariff_of(tariff: Tariff, *, vat: Decimal) -> Mapped:
    """
    Return *tariff* as a TariffType of OCPP 2.1; *vat* (percent) counts where it names no rate.

    Element by element, in order: in both standards the first price whose conditions hold counts.
    """
    said: dict[str, Any] = {"tariffId": tariff.id[:_LONGEST_ID], "currency": tariff.currency}
    lost: list[str] = []
    for number, element in enumerate(tariff.elements, start=1):
        if element.restrictions is not None and element.restrictions.reservation is not None:
            lost.append(f"element {number}: a reservation")
            continue
        for component in element.price_components:
            lost += _add(said, tariff, element, component, vat)
    for name, limit in (("minCost", tariff.min_price), ("maxCost", tariff.max_price)):
        if limit is not None:
            said[name] = _limit(limit)
    return Mapped(said, tuple(lost))


def _add(
    said: dict[str, Any],
    tariff: Tariff,
    element: TariffElement,
    component: PriceComponent,
    vat: Decimal,
) -> Iterator[str]:
    place, name, per = _PLACES[component.type]
    rate = vat if component.vat is None else component.vat
    entry: dict[str, Any] = {name: _net(component.price, tariff.tax_included, rate) / per}
    entry[name] = entry[name].quantize(_DIGITS).normalize()
    restrictions = element.restrictions
    if restrictions is not None:
        conditions = dict(_conditions(restrictions, fixed=component.type is Dimension.FLAT))
        if conditions:
            entry["conditions"] = conditions
        if component.type is Dimension.FLAT:
            for each in _NOT_FIXED:
                if getattr(restrictions, each) is not None:
                    yield f"{place}: {each} of a fixed fee"
    known = said.setdefault(place, {"prices": [], "taxRates": _taxes(tariff, rate)})
    if known["taxRates"] != _taxes(tariff, rate):
        yield f"{place}: more than one VAT rate"
    if component.step_size > 1:
        yield f"{place}: steps of {component.step_size}"
    known["prices"].append(entry)


def _net(price: Decimal, included: TaxIncluded, rate: Decimal) -> Decimal:
    return price / (1 + rate / _HUNDRED) if included is TaxIncluded.YES else price


def _taxes(tariff: Tariff, rate: Decimal) -> Sequence[Mapping[str, Any]]:
    taxed = tariff.tax_included is not TaxIncluded.NOT_APPLICABLE
    return [{"type": "VAT", "tax": rate if taxed else Decimal(0)}]


def _limit(limit: PriceLimit) -> Mapping[str, Any]:
    sides = {"exclTax": limit.before_taxes, "inclTax": limit.after_taxes}
    return {name: amount for name, amount in sides.items() if amount is not None}


def _conditions(has: TariffRestrictions, *, fixed: bool) -> Iterator[tuple[str, Any]]:
    times = {
        "startTimeOfDay": has.start_time,
        "endTimeOfDay": has.end_time,
        "validFromDate": has.start_date,
        "validToDate": has.end_date,
        "dayOfWeek": [day.value.capitalize() for day in has.day_of_week] or None,
    }
    amounts = {
        "minEnergy": _times(has.min_kwh, _KILO),
        "maxEnergy": _times(has.max_kwh, _KILO),
        "minCurrent": has.min_current,
        "maxCurrent": has.max_current,
        "minPower": _times(has.min_power, _KILO),
        "maxPower": _times(has.max_power, _KILO),
        "minTime": has.min_duration,
        "maxTime": has.max_duration,
    }
    for name, value in (times if fixed else times | amounts).items():
        if value is not None:
            yield name, value


def _times(value: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if value is None else value * factor
