"""Reading and writing tariffs as OCPI JSON: lenient in, strict out, exact, nothing forgotten."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import msgspec

from app.pricing.tariffs.errors import TariffInvalid
from app.pricing.tariffs.foreign import in_our_words
from app.pricing.tariffs.lint import LARGEST, UNUSABLE, lint_tariff
from app.pricing.tariffs.model import (
    DisplayText,
    Json,
    OcpiObject,
    PriceComponent,
    PriceLimit,
    Tariff,
    TariffElement,
    TariffRestrictions,
)

_LONGEST_WHOLE: Final = 10
_MISSING: Final = "Object missing required field `"
_DECODER = msgspec.json.Decoder(dict, float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")

# Which OCPI object stands in which field, so that unknown fields are kept at every depth.
_NESTED: Final[Mapping[type[OcpiObject], Mapping[str, type[OcpiObject]]]] = {
    Tariff: {
        "elements": TariffElement,
        "tariff_alt_text": DisplayText,
        "min_price": PriceLimit,
        "max_price": PriceLimit,
    },
    TariffElement: {"price_components": PriceComponent, "restrictions": TariffRestrictions},
}
# OCPI 2.2.1 names of the two sides of a price limit.
_OLD_NAMES: Final[Mapping[type[OcpiObject], Mapping[str, str]]] = {
    PriceLimit: {"excl_vat": "before_taxes", "incl_vat": "after_taxes"},
}
# The fields of a tariff that decide about a price.
_DECISIVE: Final = frozenset(
    (
        *("id", "currency", "tax_included", "elements", "min_price", "max_price"),
        *("start_date_time", "end_date_time"),
    )
)
_WHOLE: Final = frozenset(("step_size", "min_duration", "max_duration"))


def parse_tariff(source: bytes | str | Mapping[str, object]) -> Tariff:
    """
    Return the tariff in *source*: OCPI 2.3.0 or 2.2.1 JSON, or a mapping read from elsewhere.

    Lenient: null is absent, instants without a zone are UTC, `tax_included` defaults to NO (prices
    exclude VAT, as in 2.2.1), fields that OCPI does not know are kept. Raises TariffInvalid, whose
    fact `field` is the path of what is wrong.
    """
    tariff = read_tariff(source)
    for finding in lint_tariff(tariff):
        raise TariffInvalid(finding.text, field=finding.field, rule=finding.code)
    return tariff


def read_priceable(source: Mapping[str, object], path: str) -> Tariff:
    """
    Return a tariff of somebody else, with all its faults, as long as it can be priced.

    Only what decides about a price is read, in other words than OCPI's as well (`foreign`). Raises
    TariffInvalid, whose fact `field` begins with *path*.
    """
    try:
        decisive = {name: one for name, one in source.items() if name in _DECISIVE}
        tariff = read_tariff(in_our_words(decisive))
    except TariffInvalid as wrong:
        raise TariffInvalid(wrong.detail, field=f"{path}{wrong.facts['field']}") from wrong
    for finding in lint_tariff(tariff):
        if finding.code in UNUSABLE:
            raise TariffInvalid(finding.text, field=path + finding.field, rule=finding.code)
    return tariff


def read_tariff(source: bytes | str | Mapping[str, object]) -> Tariff:
    """Return the tariff in *source* without judging it; raise TariffInvalid for a wrong shape."""
    try:
        plain = _DECODER.decode(source) if isinstance(source, bytes | str) else dict(source)
        return msgspec.convert(_gathered(Tariff, plain), Tariff)
    except msgspec.ValidationError as wrong:
        detail, field = place_of(wrong, "tariff")
        raise TariffInvalid(detail, field=field) from wrong
    except msgspec.DecodeError as wrong:
        raise TariffInvalid(str(wrong), field="tariff") from wrong


def place_of(wrong: msgspec.DecodeError, whole: str) -> tuple[str, str]:
    """Return what is *wrong*, and the path of the field; *whole* names what has no path."""
    text, _, path = str(wrong).partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    if text.startswith(_MISSING):
        missing = text.removeprefix(_MISSING).rstrip("`")
        return text, f"{path}.{missing}" if path else missing
    name, colon, rest = text.partition(": ")
    if colon and not path and name in Tariff.__struct_fields__:  # said by the tariff itself
        return rest, name
    return text, path or whole


def encode_tariff(tariff: Tariff) -> bytes:
    """Return *tariff* as OCPI 2.3.0 JSON, numbers as numbers, instants in UTC."""
    return _ENCODER.encode(_spread(tariff))


def plain_tariff(tariff: Tariff) -> Json:
    """Return *tariff* as the plain data of OCPI 2.3.0, numbers as Decimals."""
    found = _spread(tariff)
    assert isinstance(found, dict)  # noqa: S101 - an object becomes a dictionary
    return found


def _gathered(kind: type[OcpiObject], plain: object) -> object:
    """Return *plain* with the fields that *kind* does not have moved under `unknown`."""
    if isinstance(plain, list | tuple):
        return [_gathered(kind, one) for one in plain]
    if not isinstance(plain, Mapping):
        return plain  # msgspec says what is wrong with it
    names = _OLD_NAMES.get(kind, {})
    nested = _NESTED.get(kind, {})
    known: Json = {}
    unknown: Json = {}
    for key, value in plain.items():
        name = names.get(key, key)
        if value is None:
            continue
        if name not in kind.__struct_fields__ or name == "unknown":
            unknown[name] = value
        else:
            known[name] = _gathered(nested[name], value) if name in nested else _plain(name, value)
    return {**known, "unknown": unknown} if unknown else known


def _plain(name: str, value: object) -> object:
    # Some write whole numbers as 300.0 or "300". A YAML file brings dates ready-made.
    if name in _WHOLE and isinstance(value, str) and value.isdecimal():
        return int(value) if len(value) <= _LONGEST_WHOLE else value
    if name in _WHOLE and isinstance(value, Decimal) and value.is_finite():
        return int(value) if value == value.to_integral_value() and value <= LARGEST else value
    if isinstance(value, datetime):
        return value
    return value.isoformat() if isinstance(value, date) else value


def _spread(value: object) -> object:
    """Return *value* as plain data, without empty fields, with the unknown ones in place."""
    if isinstance(value, OcpiObject):
        named = {key: getattr(value, key) for key in value.__struct_fields__ if key != "unknown"}
        filled = {key: _spread(one) for key, one in named.items() if one not in (None, (), {}, "")}
        return {**filled, **value.unknown}
    if isinstance(value, tuple):
        return [_spread(one) for one in value]
    return value
