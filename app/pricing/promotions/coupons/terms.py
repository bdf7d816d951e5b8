"""What may be wrong with the terms of a campaign, said in terms of its fields."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, assert_never

from app.pricing.promotions.model import (
    Benefit,
    Energy,
    Gift,
    Parking,
    Percent,
    Sessions,
    Terms,
    Value,
)

_HUNDRED: Final = Decimal(100)
_MOST_TEXT: Final = 80
Complaint = tuple[str, str]
"""A field and what is wrong with it."""


def complaints(terms: Terms) -> Iterator[Complaint]:
    """Yield what is wrong with *terms*, field by field."""
    yield from (("name", reason) for reason in _text(terms.name))
    for field, texts in (("names", terms.names), ("gifts", terms.gifts)):
        for language, text in texts.items():
            yield from ((f"{field}.{language}", reason) for reason in _text(text))
    if terms.partner is not None:
        yield from (("partner", reason) for reason in _text(terms.partner))
    yield from (("benefit", reason) for reason in _benefit(terms.benefit))
    if terms.valid_from and terms.valid_until and terms.valid_from >= terms.valid_until:
        yield "valid_until", "ends before it begins"
    if terms.minimum_minor < 0:
        yield "minimum", "must not be below zero"
    if terms.most_minor is not None and terms.most_minor <= 0:
        yield "most", "must be above zero"
    yield from _limits(terms)


def _benefit(benefit: Benefit) -> Iterator[str]:
    match benefit:
        case Sessions(amount) | Parking(amount) | Value(amount):
            if amount <= 0:
                yield "must be above zero"
        case Energy(kwh):
            # Watt-hours are counted, so there is nothing below them.
            if kwh <= 0 or kwh != kwh.quantize(Decimal("0.001")):
                yield "expected kWh above zero with at most 3 decimals"
        case Percent(percent):
            if not 0 < percent <= _HUNDRED:
                yield "expected a percentage above 0 and up to 100"
        case Gift(what):
            yield from _text(what)
        case _:
            assert_never(benefit)


def _text(text: str) -> Iterator[str]:
    if not text.strip() or len(text) > _MOST_TEXT or not text.isprintable():
        yield f"expected 1 to {_MOST_TEXT} characters in one line"


def _limits(terms: Terms) -> Iterator[Complaint]:
    limits = terms.limits
    numbers = {
        "limits.uses": limits.uses,
        "limits.uses_a_day": limits.uses_a_day,
        "limits.per_driver": limits.per_driver,
        "limits.per_code": limits.per_code,
        "limits.budget": limits.budget_minor,
        "limits.budget_a_day": limits.budget_a_day_minor,
    }
    for field, number in numbers.items():
        if number is not None and number <= 0:
            yield field, "must be above zero"
    if terms.automatic and limits.per_code is not None:
        yield "limits.per_code", "an automatic campaign has no codes"
