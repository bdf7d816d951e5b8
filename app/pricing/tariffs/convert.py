"""From OCPI 2.3.0 to 2.2.1 for partners who speak nothing newer; `parse_tariff` reads both."""

from dataclasses import dataclass
from fractions import Fraction

from msgspec import structs

from app.pricing.tariffs.compiled.units import exact_decimal
from app.pricing.tariffs.errors import TariffInvalid
from app.pricing.tariffs.model import (
    Json,
    PriceComponent,
    PriceLimit,
    Tariff,
    TariffElement,
    TaxIncluded,
)
from app.pricing.tariffs.ocpi import plain_tariff


@dataclass(frozen=True, slots=True)
class Converted:
    """A tariff in the words of OCPI 2.2.1, and the fields of 2.3.0 that had to be *left_out*."""

    body: Json
    left_out: tuple[str, ...]


def to_ocpi_221(tariff: Tariff) -> Converted:
    """
    Return *tariff* as OCPI 2.2.1, whose prices exclude VAT; it prices every session the same.

    Raises TariffInvalid for what 2.2.1 cannot express: a price that includes VAT at an unknown
    rate, or whose part before VAT has more than 10 decimals, and a limit after VAT alone.
    """
    body = plain_tariff(_excluding(tariff))
    del body["tax_included"]
    for name in ("min_price", "max_price"):
        limit: PriceLimit | None = getattr(tariff, name)
        if limit is not None:
            body[name] = _limit(limit, name)
    left_out = [name for name in ("preauthorize_amount",) if body.pop(name, None) is not None]
    if tariff.tax_included is TaxIncluded.NOT_APPLICABLE:
        left_out.append("tax_included")
    return Converted(body, tuple(left_out))


def _excluding(tariff: Tariff) -> Tariff:
    elements = tuple(
        _element(element, tariff.tax_included, f"elements[{number}]")
        for number, element in enumerate(tariff.elements)
    )
    return structs.replace(tariff, elements=elements)


def _element(element: TariffElement, included: TaxIncluded, path: str) -> TariffElement:
    components = tuple(
        _component(component, included, f"{path}.price_components[{number}]")
        for number, component in enumerate(element.price_components)
    )
    return structs.replace(element, price_components=components)


def _component(component: PriceComponent, included: TaxIncluded, path: str) -> PriceComponent:
    if included is TaxIncluded.NO:
        return component
    if included is TaxIncluded.NOT_APPLICABLE:
        return structs.replace(component, vat=None)
    if component.vat is None:
        raise TariffInvalid("2.2.1 needs the VAT rate of a price that includes it", field=path)
    exact = Fraction(component.price) / (1 + Fraction(component.vat) / 100)
    price = exact_decimal(exact.numerator, exact.denominator)
    if Fraction(price) != exact:
        raise TariffInvalid("before VAT this price has no end of decimals", field=f"{path}.price")
    return structs.replace(component, price=price)


def _limit(limit: PriceLimit, path: str) -> Json:
    if limit.before_taxes is None:
        raise TariffInvalid("2.2.1 has no limit after VAT alone", field=path)
    found: Json = {"excl_vat": limit.before_taxes}
    if limit.after_taxes is not None:
        found["incl_vat"] = limit.after_taxes
    return found
