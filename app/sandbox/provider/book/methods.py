"""The ways to pay that the sandbox offers, with their limits."""

from dataclasses import dataclass
from decimal import Decimal

from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay: *holds* tells whether it can reserve first and be captured later."""

    id: str
    label: str
    currencies: frozenset[str]
    holds: bool
    hold_days: int = 0
    maximum_major: int = 10_000


_CARD_CODES = (
    "AED AUD CAD CHF CZK DKK EUR GBP HKD HUF ILS ISK JPY NOK NZD PLN RON SEK SGD THB USD ZAR"
)
_CARDS = frozenset(_CARD_CODES.split())
_EURO = frozenset({"EUR"})

# Who can hold, as Mollie's page "Place a hold for a payment" says (updated 2026-09-03).
METHODS: dict[str, Method] = {
    method.id: method
    for method in (
        Method("applepay", "Apple Pay", _CARDS, holds=True, hold_days=7),
        Method("creditcard", "Card", _CARDS, holds=True, hold_days=7),
        Method("vipps", "Vipps", frozenset({"NOK"}), holds=True, hold_days=180),
        Method("mobilepay", "MobilePay", frozenset({"DKK", "EUR"}), holds=True, hold_days=14),
        Method("ideal", "iDEAL | Wero", _EURO, holds=False),
        Method("bancontact", "Bancontact", _EURO, holds=False),
        Method("eps", "eps", _EURO, holds=False),
        Method("satispay", "Satispay", _EURO, holds=False),
        Method("przelewy24", "Przelewy24", frozenset({"EUR", "PLN"}), holds=False),
        Method("blik", "BLIK", frozenset({"PLN"}), holds=False),
        Method("twint", "TWINT", frozenset({"CHF"}), holds=False),
        Method("swish", "Swish", frozenset({"SEK"}), holds=False),
        Method("paypal", "PayPal", _CARDS - {"AED", "ISK", "RON", "ZAR"}, holds=False),
    )
}


def limits(method: Method, currency: str) -> tuple[Money, Money]:
    """Return the smallest and the largest amount of *method* in *currency*."""
    return Money(1, currency), Money.of(Decimal(method.maximum_major), currency)
