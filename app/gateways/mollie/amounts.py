"""Our minor units and Mollie's decimal texts: the only place where an amount is formatted."""

from decimal import Decimal, InvalidOperation
from typing import Final

from app.kernel.money import Money, exponent

# Mollie, "Multicurrency": decimal places where ISO 4217 and Mollie might differ, and the zeros.
# ISO gives HUF and TWD two decimals and so does Mollie, although PayPal rounds both to whole units.
DECIMALS: Final[dict[str, int]] = {
    "AED": 2,
    "AUD": 2,
    "BRL": 2,
    "CAD": 2,
    "CHF": 2,
    "CZK": 2,
    "DKK": 2,
    "EUR": 2,
    "GBP": 2,
    "HKD": 2,
    "HUF": 2,
    "ILS": 2,
    "ISK": 0,
    "JPY": 0,
    "MXN": 2,
    "MYR": 2,
    "NOK": 2,
    "NZD": 2,
    "PHP": 2,
    "PLN": 2,
    "RON": 2,
    "SEK": 2,
    "SGD": 2,
    "THB": 2,
    "TWD": 2,
    "USD": 2,
    "ZAR": 2,
}


def decimals(currency: str) -> int:
    """Return how many decimals Mollie writes for *currency*."""
    return DECIMALS.get(currency, exponent(currency))


def written(amount: Money) -> dict[str, str]:
    """
    Return *amount* as Mollie reads it: `{"currency": "EUR", "value": "10.00"}`.

    Raise ValueError when Mollie's decimals can't hold it exactly.
    """
    scale = Decimal(1).scaleb(-decimals(amount.currency))
    value = amount.as_decimal()
    if value != value.quantize(scale):
        msg = f"{amount} has more decimals than Mollie's {decimals(amount.currency)}"
        raise ValueError(msg)
    return {"currency": amount.currency, "value": str(value.quantize(scale))}


def read(currency: str, value: str) -> Money:
    """Return the amount that Mollie wrote; raise ValueError when it isn't one, or isn't whole."""
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        msg = f"not an amount: {value!r}"
        raise ValueError(msg) from error
    if not number.is_finite():
        msg = f"not an amount: {value!r}"
        raise ValueError(msg)
    amount = Money.of(number, currency)
    if amount.as_decimal() != number:
        msg = f"{value!r} {currency} is not a whole number of minor units"
        raise ValueError(msg)
    return amount
