"""What OCPI 2.2.1 writes otherwise than 2.3.0: prices, limits, and what it does not have."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from app.pricing.tariffs.convert import to_ocpi_221
from app.pricing.tariffs.errors import TariffInvalid
from app.pricing.tariffs.model import Json, OcpiObject, PriceLimit, Tariff, TaxIncluded
from app.roaming.wire.locations import Connector, Evse, Location
from app.roaming.wire.values import Price

# Where 2.2.1 cannot say a net price exactly, it is said to a ten-thousandth of a cent.
_FINE: Final = Decimal("0.000001")
_ONLY_LATER: Final[Mapping[type[OcpiObject], frozenset[str]]] = {
    Location: frozenset(("parking_places", "help_phone")),
    Evse: frozenset(("parking", "accepted_service_providers")),
    Connector: frozenset(("capabilities",)),
}


def as_present(kind: type[OcpiObject], given: Mapping[str, object]) -> Mapping[str, object]:
    """Return what was *given* for an object of a *kind* under the names of 2.3.0."""
    if kind is PriceLimit:
        names = {"excl_vat": "before_taxes", "incl_vat": "after_taxes"}
        return {names.get(name, name): value for name, value in given.items()}
    if kind is not Price or "before_taxes" in given or "excl_vat" not in given:
        return given
    rest = {name: given[name] for name in given if name not in {"excl_vat", "incl_vat"}}
    net, gross = given["excl_vat"], given.get("incl_vat")
    found: Json = {**rest, "before_taxes": net}
    if isinstance(net, Decimal | int) and isinstance(gross, Decimal | int):
        found["taxes"] = [{"name": "VAT", "amount": gross - net}]
    return found


def as_older(value: OcpiObject, found: Json) -> Json:
    """Return *found*, which is *value* in the words of 2.3.0, in those of 2.2.1."""
    convert = _CONVERTERS.get(type(value))
    if convert is not None:
        return convert(value, found)
    left_out = _ONLY_LATER.get(type(value), frozenset())
    return {name: one for name, one in found.items() if name not in left_out}


def _price(value: OcpiObject, found: Json) -> Json:
    assert isinstance(value, Price)  # noqa: S101 - the table below says so
    older: Json = {"excl_vat": found["before_taxes"]}
    if value.taxes is not None:
        older["incl_vat"] = value.gross
    return older


def _limit(_: OcpiObject, found: Json) -> Json:
    names = {"before_taxes": "excl_vat", "after_taxes": "incl_vat"}
    return {names[name]: one for name, one in found.items()}


def _tariff(value: OcpiObject, found: Json) -> Json:
    assert isinstance(value, Tariff)  # noqa: S101 - the table below says so
    if value.tax_included is TaxIncluded.YES:
        found["elements"] = _exact(value) or [_net(element) for element in found["elements"]]
    left_out = ("tax_included", "preauthorize_amount")
    return {name: one for name, one in found.items() if name not in left_out}


def _exact(tariff: Tariff) -> list[Json] | None:
    """Return the elements with net prices, or None where they cannot be said exactly."""
    try:
        found: list[Json] = to_ocpi_221(tariff).body["elements"]
    except TariffInvalid:
        return None
    return found


def _net(element: Json) -> Json:
    components = [{**one, "price": _net_price(one)} for one in element["price_components"]]
    return {**element, "price_components": components}


def _net_price(component: Json) -> Decimal:
    gross: Decimal = component["price"]
    rate: Decimal = component.get("vat", Decimal(0))
    return (gross * 100 / (100 + rate)).quantize(_FINE, ROUND_HALF_UP)


_CONVERTERS: Final[Mapping[type[OcpiObject], Callable[[OcpiObject, Json], Json]]] = {
    Price: _price,
    PriceLimit: _limit,
    Tariff: _tariff,
}
