"""Everything there is to say about a tariff, with the place where it shall hold."""

from collections.abc import Iterator

from app.pricing.tariffs.findings import Finding, Severity
from app.pricing.tariffs.lint import lint_tariff
from app.pricing.tariffs.model import Dimension, Tariff, TaxIncluded
from app.pricing.tariffs.review.elements import element_findings
from app.pricing.tariffs.review.places import Place, is_for_drivers, place_findings
from app.pricing.tariffs.review.windows import window_findings


def review_tariff(tariff: Tariff, place: Place | None = None) -> tuple[Finding, ...]:
    """Return every finding: errors first, then what surprises or breaks a rule at *place*."""
    errors = lint_tariff(tariff)
    if errors:
        return errors
    found = [*_tariff_findings(tariff), *element_findings(tariff), *window_findings(tariff)]
    if (place is None or place.vat is None) and _lacks_rate(tariff):
        found.append(Finding("vat_rate_missing", "elements"))
    if place is not None:
        found += place_findings(tariff, place)
    elif is_for_drivers(tariff, by_default=False) and tariff.preauthorize_amount is None:
        found.append(Finding("no_preauthorize_amount", "preauthorize_amount"))
    order = list(Severity)
    return tuple(sorted(found, key=lambda finding: order.index(finding.severity)))


def _tariff_findings(tariff: Tariff) -> Iterator[Finding]:
    kinds = {one.type for element in tariff.elements for one in element.price_components}
    rates = [one.vat for element in tariff.elements for one in element.price_components]
    if not kinds & {Dimension.ENERGY, Dimension.TIME}:
        yield Finding("nothing_by_use", "elements")
    if tariff.tax_included is TaxIncluded.NOT_APPLICABLE and any(rates):
        yield Finding("vat_not_applicable", "tax_included")


def _lacks_rate(tariff: Tariff) -> bool:
    """Tell whether prices include VAT of which only a place would know the rate."""
    return tariff.tax_included is TaxIncluded.YES and any(
        one.vat is None for element in tariff.elements for one in element.price_components
    )
