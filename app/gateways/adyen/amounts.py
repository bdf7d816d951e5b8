"""Our minor units and Adyen's: both whole numbers, but not of the same size everywhere."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from app.kernel.money import Money, exponent

# Adyen, "Currency codes and minor units": the decimal places that differ from ISO 4217.
DECIMALS: Final[Mapping[str, int]] = {"CLP": 2, "CVE": 0, "IDR": 0, "ISK": 2}


def decimals(currency: str) -> int:
    """Return how many decimals Adyen's minor units of *currency* stand for."""
    return DECIMALS.get(currency, exponent(currency))


def written(amount: Money) -> dict[str, object]:
    """
    Return *amount* as Adyen reads it: `{"currency": "EUR", "value": 1000}`.

    Raise ValueError when Adyen's minor units can't hold it exactly.
    """
    value = amount.as_decimal().scaleb(decimals(amount.currency))
    if value != value.to_integral_value():
        msg = f"{amount} has more decimals than Adyen's {decimals(amount.currency)}"
        raise ValueError(msg)
    return {"currency": amount.currency, "value": int(value)}


def read(currency: str, value: int) -> Money:
    """Return the amount that Adyen wrote; raise ValueError when it isn't whole for us."""
    number = Decimal(value).scaleb(-decimals(currency))
    amount = Money.of(number, currency)
    if amount.as_decimal() != number:
        msg = f"{value} {currency} is not a whole number of our minor units"
        raise ValueError(msg)
    return amount
