"""What each of Mollie's methods can do for a charging session: our own table, held by tests."""

from dataclasses import dataclass
from typing import Final

from app.funds.payments.ports import Strategy


@dataclass(frozen=True, slots=True)
class Capability:
    """How *method* funds a session in *currencies*; *name* is how receipts call it."""

    method: str
    name: str
    strategy: Strategy
    currencies: frozenset[str]


def _in(currencies: str) -> frozenset[str]:
    return frozenset(currencies.split())


# Mollie, "Multicurrency" (cards and the wallets that carry them).
_CARD_CURRENCIES: Final = _in(
    "AED AUD CAD CHF CZK DKK EUR GBP HKD HUF ILS ISK JPY NOK NZD PLN RON SEK SGD THB USD ZAR"
)
_PAYPAL_CURRENCIES: Final = _in(
    "AUD BRL CAD CHF CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD"
)
_EURO: Final = _in("EUR")
_HOLD: Final = Strategy.HOLD
_FIRST: Final = Strategy.PAY_FIRST

# Who can hold: Mollie, "Place a hold for a payment" (updated 2026-09-03): cards, Klarna, Billie,
# Vipps, MobilePay, Riverty. The credit products among them are left out on purpose. Apple Pay is
# carried by a card; what really came of it is read from the payment's status, never from here.
CAPABILITIES: Final[dict[str, Capability]] = {
    capability.method: capability
    for capability in (
        Capability("applepay", "Apple Pay", _HOLD, _CARD_CURRENCIES),
        Capability("creditcard", "Card", _HOLD, _CARD_CURRENCIES),
        Capability("vipps", "Vipps", _HOLD, _in("NOK")),
        Capability("mobilepay", "MobilePay", _HOLD, _in("DKK EUR")),
        Capability("ideal", "iDEAL | Wero", _FIRST, _EURO),
        Capability("bancontact", "Bancontact", _FIRST, _EURO),
        Capability("kbc", "KBC/CBC", _FIRST, _EURO),
        Capability("belfius", "Belfius", _FIRST, _EURO),
        Capability("eps", "eps", _FIRST, _EURO),
        Capability("przelewy24", "Przelewy24", _FIRST, _in("EUR PLN")),
        Capability("blik", "BLIK", _FIRST, _in("PLN")),
        Capability("twint", "TWINT", _FIRST, _in("CHF")),
        Capability("swish", "Swish", _FIRST, _in("SEK")),
        Capability("satispay", "Satispay", _FIRST, _EURO),
        Capability("bizum", "Bizum", _FIRST, _EURO),
        Capability("mbway", "MB WAY", _FIRST, _EURO),
        Capability("bancomatpay", "BANCOMAT Pay", _FIRST, _EURO),
        Capability("trustly", "Trustly", _FIRST, _in("CZK DKK EUR GBP NOK PLN SEK")),
        Capability("paypal", "PayPal", _FIRST, _PAYPAL_CURRENCIES),
    )
}


def strategy_of(method: str, currency: str) -> Strategy | None:
    """Return how *method* funds a session in *currency*, or None when it can't."""
    capability = CAPABILITIES.get(method)
    if capability is None or currency not in capability.currencies:
        return None
    return capability.strategy
