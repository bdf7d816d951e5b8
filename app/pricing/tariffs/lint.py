"""What is wrong with a tariff that has the right shape: findings that name the field."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

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
# What keeps a tariff from being priced at all; with other errors the first price that holds counts.
UNUSABLE: Final = frozenset(
    ("currency", "amount", "vat_range", "step_size", "time", "date", "bound")
)
_LONGEST_ID: Final = 36
_CURRENCY_LENGTH: Final = 3
_TIME_LENGTH: Final = 5
_BOUNDS: Final = ("kwh", "current", "power", "duration")


class Severity(StrEnum):
    """An error forbids publishing; a warning surprises somebody; advice is good practice."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: a stable *code*, the path of the *field* and a sentence."""

    code: str
    field: str
    text: str
    severity: Severity = Severity.ERROR


def lint_tariff(tariff: Tariff) -> tuple[Finding, ...]:
    """Return every error that keeps *tariff* from being priced, in the order of its fields."""
    return tuple(_findings(tariff))


def _findings(tariff: Tariff) -> Iterator[Finding]:
    if not 0 < len(tariff.id) <= _LONGEST_ID:
        yield Finding("id_length", "id", f"an id has 1 to {_LONGEST_ID} characters")
    currency = tariff.currency
    if len(currency) != _CURRENCY_LENGTH or not (
        currency.isalpha() and currency.isascii() and currency.isupper()
    ):
        yield Finding("currency", "currency", f"{currency!r} is not an ISO 4217 code such as EUR")
    if not tariff.elements:
        yield Finding("no_elements", "elements", "a tariff has at least one element")
    for number, element in enumerate(tariff.elements):
        yield from _element(f"elements[{number}]", element)
    yield from _limits(tariff)
    start, end = tariff.start_date_time, tariff.end_date_time
    if start and end and end <= start:
        yield Finding("never_valid", "end_date_time", "the tariff ends before it starts")


def _element(path: str, element: TariffElement) -> Iterator[Finding]:
    if not element.price_components:
        yield Finding(
            "no_components", f"{path}.price_components", "an element has at least one price"
        )
    seen: set[Dimension] = set()
    for number, component in enumerate(element.price_components):
        where = f"{path}.price_components[{number}]"
        if component.type in seen:
            yield Finding(
                "duplicate_dimension", f"{where}.type", f"{component.type} is priced twice"
            )
        seen.add(component.type)
        yield from _component(where, component)
    if element.restrictions is not None:
        yield from _restrictions(f"{path}.restrictions", element.restrictions)


def _component(path: str, component: PriceComponent) -> Iterator[Finding]:
    yield from _amount(f"{path}.price", component.price)
    if component.vat is not None:
        yield from _amount(f"{path}.vat", component.vat)
        if _is_usable(component.vat) and not 0 <= component.vat <= 100:  # noqa: PLR2004 - percent
            yield Finding("vat_range", f"{path}.vat", "VAT is a percentage from 0 to 100")
    if not 0 <= component.step_size <= LARGEST:
        yield Finding("step_size", f"{path}.step_size", "a step size is 0 or more")


def _amount(path: str, amount: Decimal | None) -> Iterator[Finding]:
    if amount is not None and not _is_usable(amount):
        yield Finding("amount", path, f"{amount} is not a usable number")


def _is_usable(amount: Decimal | int) -> bool:
    number = Decimal(amount)
    return number.is_finite() and abs(number) <= LARGEST and number == round(number, MOST_DECIMALS)


def _restrictions(path: str, found: TariffRestrictions) -> Iterator[Finding]:
    for name in ("start_time", "end_time"):
        if (text := getattr(found, name)) is not None and not _is_time(text):
            yield Finding("time", f"{path}.{name}", f"{text!r} is not a time such as 17:30")
    for name in ("start_date", "end_date"):
        if (text := getattr(found, name)) is not None and not _is_date(text):
            yield Finding("date", f"{path}.{name}", f"{text!r} is not a date such as 2026-12-31")
    yield from _bounds(path, found)
    if found.start_date and found.end_date and found.end_date <= found.start_date:
        yield Finding(
            "empty_range", f"{path}.end_date", "the range is empty: the end date is excluded"
        )


def _bounds(path: str, found: TariffRestrictions) -> Iterator[Finding]:
    for name in _BOUNDS:
        least, most = getattr(found, f"min_{name}"), getattr(found, f"max_{name}")
        for bound, side in ((least, "min"), (most, "max")):
            if bound is not None and not (_is_usable(bound) and bound >= 0):
                yield Finding("bound", f"{path}.{side}_{name}", f"{bound} is not a usable bound")
        if _is_below(most, least) or (most is not None and most == least):
            yield Finding(
                "empty_range", f"{path}.max_{name}", "the range is empty: max is not above min"
            )


def _limits(tariff: Tariff) -> Iterator[Finding]:
    for name in ("min_price", "max_price"):
        limit: PriceLimit | None = getattr(tariff, name)
        for side in ("before_taxes", "after_taxes") if limit else ():
            yield from _amount(f"{name}.{side}", getattr(limit, side))
        if limit and limit.before_taxes is None and limit.after_taxes is None:
            yield Finding("empty_limit", name, "a price limit has an amount before or after taxes")
    least, most = tariff.min_price, tariff.max_price
    for side in ("before_taxes", "after_taxes") if least and most else ():
        if _is_below(getattr(most, side), getattr(least, side)):
            yield Finding("min_above_max", f"max_price.{side}", "the maximum is below the minimum")


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
