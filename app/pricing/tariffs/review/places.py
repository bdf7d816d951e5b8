"""What the law and the taxes of a place ask of a tariff that shall hold there."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.pricing.tariffs.findings import Finding
from app.pricing.tariffs.model import (
    Dimension,
    PriceComponent,
    Tariff,
    TariffElement,
    TariffType,
    TaxIncluded,
)
from app.pricing.vat import EU_COUNTRIES, currency_of

# AFIR, Article 5(4): from this power on, ad hoc prices are per kWh.
AFIR_KW: Final = Decimal(50)
_BY_TIME: Final = frozenset((Dimension.TIME, Dimension.PARKING_TIME))


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a tariff shall hold: *country* is ISO 3166 alpha-2, *power_kw* that of the strongest EVSE.

    *clock_is_certified* tells whether the meters' time may be used for a price (Germany, MessEV);
    *has_hold* whether the amount to hold is set there; *vat* is the rate there in percent.
    """

    country: str
    power_kw: Decimal
    clock_is_certified: bool = False
    has_hold: bool = False
    vat: Decimal | None = None


def place_findings(tariff: Tariff, place: Place) -> Iterator[Finding]:
    """Yield what *tariff* breaks at *place*."""
    if is_for_drivers(tariff, by_default=True):
        yield from _law(tariff, place)
    yield from _taxes(tariff, place)


def is_for_drivers(tariff: Tariff, *, by_default: bool) -> bool:
    """Tell whether *tariff* is for those who pay on the spot; *by_default*: if it does not say."""
    if tariff.type is None:
        return by_default
    return tariff.type is TariffType.AD_HOC_PAYMENT


def is_occupancy_fee(element: TariffElement, component: PriceComponent) -> bool:
    """Tell whether a price is one for staying: while not charging, or from some time on."""
    if component.type is Dimension.PARKING_TIME:
        return True
    found = element.restrictions
    return component.type is Dimension.TIME and bool(found and found.min_duration)


def _law(tariff: Tariff, place: Place) -> Iterator[Finding]:
    per_kwh_only = place.country in EU_COUNTRIES and place.power_kw >= AFIR_KW
    kinds = {one.type for _, _, one in _prices(tariff)}
    for where, element, component in _prices(tariff):
        is_beside = component.type is not Dimension.ENERGY
        is_allowed = not is_beside or is_occupancy_fee(element, component)
        if per_kwh_only and not is_allowed:
            yield Finding("afir_per_kwh", f"{where}.type")
        if place.country == "GB" and not is_allowed:
            yield Finding("not_in_pence_per_kwh", f"{where}.type")
        if place.country == "DE" and component.type in _BY_TIME and not place.clock_is_certified:
            yield Finding("clock_not_certified", f"{where}.type")
    if place.country == "DE" and kinds and Dimension.ENERGY not in kinds:
        yield Finding("kwh_price_missing", "elements")
    if per_kwh_only and tariff.min_price is not None:
        yield Finding("afir_minimum", "min_price")
    if not place.has_hold and tariff.preauthorize_amount is None:
        yield Finding("no_preauthorize_amount", "preauthorize_amount")


def _taxes(tariff: Tariff, place: Place) -> Iterator[Finding]:
    currency = currency_of(place.country)
    if currency is not None and tariff.currency != currency:
        yield Finding("foreign_currency", "currency", {"given": tariff.currency, "due": currency})
    if place.vat is None or tariff.tax_included is TaxIncluded.NOT_APPLICABLE:
        return
    for where, _, component in _prices(tariff):
        if component.vat is not None and component.vat != place.vat:
            values = {"given": f"{component.vat:f}", "due": f"{place.vat:f}"}
            yield Finding("vat_differs", f"{where}.vat", values)


def _prices(tariff: Tariff) -> Iterator[tuple[str, TariffElement, PriceComponent]]:
    """Yield every price that is not zero, with its path and element; reservations are another."""
    for number, element in enumerate(tariff.elements):
        for position, component in enumerate(element.price_components):
            if component.price:
                yield f"elements[{number}].price_components[{position}]", element, component
