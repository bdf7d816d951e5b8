"""Amounts as they travel: `{"currency": "EUR", "value": "10.00"}`, with the currency's decimals."""

import re
from decimal import Decimal

from app.kernel.money import Money, exponent
from app.sandbox.provider.book.model import Refusal

_VALUE = re.compile(r"\d{1,9}(\.\d{1,3})?")
_CURRENCY = re.compile(r"[A-Z]{3}")


def written(amount: Money) -> dict[str, object]:
    """Return *amount* for an answer."""
    return {"currency": amount.currency, "value": str(amount.as_decimal())}


def read(value: object, field: str = "amount") -> Money:
    """Return the amount in a request; raise Refusal when it is not exactly as published."""
    if not isinstance(value, dict):
        raise Refusal(422, "The amount is required", field)
    currency, text = value.get("currency"), value.get("value")
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise Refusal(422, "The currency is not an ISO 4217 code", f"{field}.currency")
    if not isinstance(text, str) or not _VALUE.fullmatch(text):
        raise Refusal(422, "The amount is not a decimal number in a string", f"{field}.value")
    number = Decimal(text)
    if -int(number.as_tuple().exponent) != exponent(currency):
        raise Refusal(422, f"{currency} has {exponent(currency)} decimals", f"{field}.value")
    return Money.of(number, currency)
