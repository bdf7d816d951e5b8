"""Amounts as Adyen writes them: `{"currency": "EUR", "value": 1000}` in minor units."""

from typing import Final

from app.kernel.money import Money, exponent
from app.sandbox.provider.book.model import Refusal

_LARGEST: Final = 10**12
# Adyen's table of currency codes deviates from ISO 4217 in these.
_DECIMALS: Final = {"ISK": 2, "CLP": 2}
_LETTERS: Final = 3


def written(amount: Money) -> dict[str, object]:
    """Return *amount* for an answer."""
    return {"currency": amount.currency, "value": amount.minor * _scale(amount.currency)}


def read(value: object) -> Money:
    """Return the amount in a request; raise Refusal when it is not as published."""
    if not isinstance(value, dict):
        raise Refusal(422, "No amount specified", code="100")
    currency, number = value.get("currency"), value.get("value")
    if not _is_currency(currency):
        raise Refusal(422, "Unsupported currency specified", code="138")
    if type(number) is not int or not 0 <= number <= _LARGEST or number % _scale(str(currency)):
        raise Refusal(422, "Invalid amount specified", code="137")
    return Money(number // _scale(str(currency)), str(currency))


def _is_currency(text: object) -> bool:
    return (
        isinstance(text, str)
        and len(text) == _LETTERS
        and text.isascii()
        and text.isalpha()
        and text.isupper()
    )


def _scale(currency: str) -> int:
    """Return how many of Adyen's units are one of ours: 100 for ISK, which ISO 4217 has whole."""
    more = _DECIMALS.get(currency, exponent(currency)) - exponent(currency)
    return int("1" + "0" * max(more, 0))
