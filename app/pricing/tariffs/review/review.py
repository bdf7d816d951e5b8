"""Everything there is to say about a tariff, with the place where it shall hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.pricing.tariffs.lint import Finding, Severity, lint_tariff
from app.pricing.tariffs.model import Dimension, Tariff, TariffType, TaxIncluded
from app.pricing.tariffs.review.elements import element_findings
from app.pricing.tariffs.review.words import SENTENCES

# AFIR, Article 5(4): from this power on, ad hoc prices are per kWh.
AFIR_KW: Final = Decimal(50)
_BY_TIME: Final = frozenset((Dimension.TIME, Dimension.PARKING_TIME))
_AFIR_ALLOWED: Final = frozenset((Dimension.ENERGY, Dimension.PARKING_TIME))


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a tariff shall hold: *country* is ISO 3166 alpha-2, *power_kw* that of the strongest EVSE.

    *clock_is_certified* tells whether the meters' time may be used for a price (Germany, MessEV);
    *vat* is the country's rate in percent.
    """

    country: str
    power_kw: Decimal
    clock_is_certified: bool = False
    vat: Decimal | None = None


def review_tariff(tariff: Tariff, place: Place | None = None) -> tuple[Finding, ...]:
    """Return every finding: errors first, then what surprises or breaks a rule at *place*."""
    errors = lint_tariff(tariff)
    if errors:
        return errors
    found = [*_tariff_findings(tariff), *element_findings(tariff)]
    if place is not None:
        found += _place_findings(tariff, place)
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def _tariff_findings(tariff: Tariff) -> Iterator[Finding]:
    kinds = {one.type for element in tariff.elements for one in element.price_components}
    rates = [one.vat for element in tariff.elements for one in element.price_components]
    if not kinds & {Dimension.ENERGY, Dimension.TIME}:
        yield _warning("nothing_by_use", "elements")
    if tariff.type is TariffType.AD_HOC_PAYMENT and tariff.preauthorize_amount is None:
        yield _warning("no_preauthorize_amount", "preauthorize_amount")
    if tariff.tax_included is TaxIncluded.NOT_APPLICABLE and any(rates):
        yield _warning("vat_not_applicable", "tax_included")
    if tariff.tax_included is TaxIncluded.YES and None in rates:
        yield _warning("vat_rate_missing", "elements")


def _place_findings(tariff: Tariff, place: Place) -> Iterator[Finding]:
    is_ad_hoc = tariff.type in {None, TariffType.AD_HOC_PAYMENT}
    per_kwh_only = is_ad_hoc and place.power_kw >= AFIR_KW
    not_by_time = place.country == "DE" and not place.clock_is_certified
    for number, element in enumerate(tariff.elements):
        for position, component in enumerate(element.price_components):
            where = f"elements[{number}].price_components[{position}]"
            if component.price and per_kwh_only and component.type not in _AFIR_ALLOWED:
                yield _error("afir_per_kwh", f"{where}.type")
            if component.price and not_by_time and component.type in _BY_TIME:
                yield _error("clock_not_certified", f"{where}.type")
            if None not in {component.vat, place.vat} and component.vat != place.vat:
                yield _warning("vat_differs", f"{where}.vat")


def _warning(code: str, field: str) -> Finding:
    return Finding(code, field, SENTENCES[code], Severity.WARNING)


def _error(code: str, field: str) -> Finding:
    return Finding(code, field, SENTENCES[code], Severity.ERROR)
