"""What is wrong with a tariff that has the right shape: findings that name the field."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from app.pricing.tariffs.currencies import currency_codes
from app.pricing.tariffs.findings import Finding
from app.pricing.tariffs.model import (
    Dimension,
    PriceComponent,
    PriceLimit,
    Tariff,
    TariffElement,
    TariffRestrictions,
)

# A number beyond this is a slip of the keyboard, and beyond these decimals nobody can read it.
LARGEST: Final = 1_000_000_000
MOST_DECIMALS: Final = 10
# Finer ones are noise, and no engine has to carry them along.
FINEST: Final = -40
# What keeps a tariff from being priced at all; with other errors the first price that holds counts.
UNUSABLE: Final = frozenset(
    (
        *("currency", "no_elements", "amount", "vat_range", "step_size", "time", "date", "bound"),
        "limit_below_zero",
    )
)
_LONGEST_ID: Final = 36
_CURRENCY_LENGTH: Final = 3
_TIME_LENGTH: Final = 5
_BOUNDS: Final = ("kwh", "current", "power", "duration")


def lint_tariff(tariff: Tariff) -> tuple[Finding, ...]:
    """Return every error that keeps *tariff* from being priced, in the order of its fields."""
    return tuple(_findings(tariff))


def _findings(tariff: Tariff) -> Iterator[Finding]:
    if not 0 < len(tariff.id) <= _LONGEST_ID:
        yield Finding("id_length", "id", {"most": _LONGEST_ID})
    currency = tariff.currency
    if len(currency) != _CURRENCY_LENGTH or not (
        currency.isalpha() and currency.isascii() and currency.isupper()
    ):
        yield Finding("currency", "currency", {"text": repr(currency)})
    elif currency not in currency_codes():
        yield Finding("currency_unknown", "currency", {"text": currency})
    if not tariff.elements:
        yield Finding("no_elements", "elements")
    for number, element in enumerate(tariff.elements):
        yield from _element(f"elements[{number}]", element)
    yield from _limits(tariff)
    start, end = tariff.start_date_time, tariff.end_date_time
    if start and end and end <= start:
        yield Finding("never_valid", "end_date_time")


def _element(path: str, element: TariffElement) -> Iterator[Finding]:
    if not element.price_components:
        yield Finding("no_components", f"{path}.price_components")
    seen: set[Dimension] = set()
    for number, component in enumerate(element.price_components):
        where = f"{path}.price_components[{number}]"
        if component.type in seen:
            yield Finding("duplicate_dimension", f"{where}.type", {"dimension": component.type})
        seen.add(component.type)
        yield from _component(where, component)
    if element.restrictions is not None:
        yield from _restrictions(f"{path}.restrictions", element.restrictions)


def _component(path: str, component: PriceComponent) -> Iterator[Finding]:
    yield from _amount(f"{path}.price", component.price)
    if component.vat is not None:
        yield from _amount(f"{path}.vat", component.vat)
        if _is_usable(component.vat) and not 0 <= component.vat <= 100:  # noqa: PLR2004 - percent
            yield Finding("vat_range", f"{path}.vat")
    if not 0 <= component.step_size <= LARGEST:
        yield Finding("step_size", f"{path}.step_size")


def _amount(path: str, amount: Decimal | None) -> Iterator[Finding]:
    if amount is None:
        return
    if not _is_usable(amount):
        yield Finding("amount", path, {"text": amount})
    elif amount != round(amount, MOST_DECIMALS):
        yield Finding("decimals", path, {"text": amount, "most": MOST_DECIMALS})


def _is_usable(amount: Decimal | int) -> bool:
    number = Decimal(amount)
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= FINEST and abs(number) <= LARGEST


def _restrictions(path: str, found: TariffRestrictions) -> Iterator[Finding]:
    for name in ("start_time", "end_time"):
        if (text := getattr(found, name)) is not None and not _is_time(text):
            yield Finding("time", f"{path}.{name}", {"text": repr(text)})
    for name in ("start_date", "end_date"):
        if (text := getattr(found, name)) is not None and not _is_date(text):
            yield Finding("date", f"{path}.{name}", {"text": repr(text)})
    yield from _bounds(path, found)
    if found.start_date and found.end_date and found.end_date <= found.start_date:
        yield Finding("empty_range", f"{path}.end_date")


def _bounds(path: str, found: TariffRestrictions) -> Iterator[Finding]:
    for name in _BOUNDS:
        least, most = getattr(found, f"min_{name}"), getattr(found, f"max_{name}")
        for bound, side in ((least, "min"), (most, "max")):
            if bound is not None and not (_is_usable(bound) and bound >= 0):
                yield Finding("bound", f"{path}.{side}_{name}", {"text": bound})
        if _is_below(most, least) or (most is not None and most == least):
            yield Finding("empty_range", f"{path}.max_{name}")


def _limits(tariff: Tariff) -> Iterator[Finding]:
    for name in ("min_price", "max_price"):
        limit: PriceLimit | None = getattr(tariff, name)
        for side in ("before_taxes", "after_taxes") if limit else ():
            amount: Decimal | None = getattr(limit, side)
            yield from _amount(f"{name}.{side}", amount)
            if amount is not None and _is_below(amount, 0):
                yield Finding("limit_below_zero", f"{name}.{side}")
        if limit and limit.before_taxes is None and limit.after_taxes is None:
            yield Finding("empty_limit", name)
    least, most = tariff.min_price, tariff.max_price
    for side in ("before_taxes", "after_taxes") if least and most else ():
        if _is_below(getattr(most, side), getattr(least, side)):
            yield Finding("min_above_max", f"max_price.{side}")


def _is_below(high: Decimal | int | None, low: Decimal | int | None) -> bool:
    if high is None or low is None or not (_is_usable(high) and _is_usable(low)):
        return False
    return high < low


def _is_time(text: str) -> bool:
    hours, colon, minutes = text.partition(":")
    digits = (
        hours.isdecimal() and minutes.isdecimal() and text.isascii() and len(text) == _TIME_LENGTH
    )
    return digits and bool(colon) and int(hours) < 24 and int(minutes) < 60  # noqa: PLR2004


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
