"""
What each method can do for a charging session at each provider: our own table, held by tests.

Sources: Mollie, "Place a hold for a payment" (updated 2026-09-03), "Multicurrency" and "Refunds";
Adyen, "Capture", "Adjust an authorisation", "Refunds" and the page of each method. Credit products
(Klarna, Riverty, Billie, in3, Alma) and direct debit are left out on purpose: they need an address
and a contract, or are not paid while a driver waits at a plug.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.funds.payments.ports import Strategy
from app.funds.payments.sharing.model import Way

MOLLIE: Final = "mollie"
ADYEN: Final = "adyen"
# Payments from wallets, which no provider sees.
HOUSE: Final = "wallet"
WALLET: Final = "wallet"
ON_ACCOUNT: Final = "on_account"
# Payments that the terminal inside a charge point took, and collects: their provider is its own.
TERMINAL: Final = "terminal"
# Who collects on the bare reference of an authorisation that was made elsewhere for the same
# merchant account (Adyen: pspReference).
TAKES_REFERENCES: Final = frozenset({ADYEN})
# Payments at the terminals of a provider that roams with us (OCPI Payments): each provider owes us
# what it collects, so each has an account, `ptp:` and its party.
PARTNER: Final = "ptp"
_UNASKED: Final = frozenset({HOUSE, TERMINAL, PARTNER})


_BY_CARD: Final = frozenset({"creditcard", "applepay", "googlepay"})


class Captures(StrEnum):
    """How a hold may be captured: not at all (there is none), once, or in several parts."""

    NONE = "none"
    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Capability:
    """
    What *method* can do at *provider* in *currencies*; *name* is how receipts call it.

    *raises* says that a hold can grow, *stores* that it can be charged later without the driver.
    *hold_days* is how long a hold lasts, *refund_days* how many working days a refund or a
    release takes to show at the bank, *refund_within* how long after the payment one can be made.
    """

    provider: str
    method: str
    name: str
    strategy: Strategy
    currencies: frozenset[str]
    captures: Captures = Captures.NONE
    raises: bool = False
    stores: bool = False
    hold_days: int | None = None
    refund_days: int = 5
    refund_within: timedelta = timedelta(days=365)


def _in(currencies: str) -> frozenset[str]:
    return frozenset(currencies.split())


_CARD_CURRENCIES: Final = _in(
    "AED AUD CAD CHF CZK DKK EUR GBP HKD HUF ILS ISK JPY NOK NZD PLN RON SEK SGD THB USD ZAR"
)
_PAYPAL_CURRENCIES: Final = _in(
    "AUD BRL CAD CHF CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD"
)
_EURO: Final = _in("EUR")
_ROUTED_CURRENCIES: Final = _in("AUD CAD CHF CZK DKK EUR GBP HUF NOK PLN SEK USD")
_TRUSTLY_CURRENCIES: Final = _in("CZK DKK EUR GBP NOK PLN SEK")


def _hold(  # noqa: PLR0913 - a row of a table
    provider: str,
    method: str,
    name: str,
    currencies: frozenset[str],
    *,
    days: int,
    captures: Captures = Captures.MANY,
    raises: bool = False,
    stores: bool = False,
) -> Capability:
    return Capability(
        provider,
        method,
        name,
        Strategy.HOLD,
        currencies,
        captures=captures,
        raises=raises,
        stores=stores,
        hold_days=days,
    )


def _first(  # noqa: PLR0913 - a row of a table
    provider: str,
    method: str,
    name: str,
    currencies: frozenset[str] = _EURO,
    *,
    refund_days: int = 5,
    stores: bool = False,
) -> Capability:
    return Capability(
        provider,
        method,
        name,
        Strategy.PAY_FIRST,
        currencies,
        stores=stores,
        refund_days=refund_days,
    )


# Mollie tells the deadline of each hold (`captureBefore`); the days here are the least of them.
# Apple Pay is carried by a card; what really came of it is read from the payment's status.
_MOLLIE: Final = (
    _hold(MOLLIE, "applepay", "Apple Pay", _CARD_CURRENCIES, days=7),
    _hold(MOLLIE, "creditcard", "Card", _CARD_CURRENCIES, days=7, stores=True),
    _hold(MOLLIE, "vipps", "Vipps", _in("NOK"), days=7),
    _hold(MOLLIE, "mobilepay", "MobilePay", _in("DKK EUR"), days=7),
    _first(MOLLIE, "ideal", "iDEAL | Wero", refund_days=2, stores=True),
    _first(MOLLIE, "bancontact", "Bancontact", refund_days=3, stores=True),
    _first(MOLLIE, "kbc", "KBC/CBC", stores=True),
    _first(MOLLIE, "belfius", "Belfius", stores=True),
    _first(MOLLIE, "eps", "eps", stores=True),
    _first(MOLLIE, "przelewy24", "Przelewy24", _in("EUR PLN")),
    _first(MOLLIE, "blik", "BLIK", _in("PLN")),
    _first(MOLLIE, "twint", "TWINT", _in("CHF")),
    _first(MOLLIE, "swish", "Swish", _in("SEK")),
    _first(MOLLIE, "satispay", "Satispay"),
    _first(MOLLIE, "bizum", "Bizum"),
    _first(MOLLIE, "mbway", "MB WAY"),
    _first(MOLLIE, "bancomatpay", "BANCOMAT Pay"),
    _first(MOLLIE, "trustly", "Trustly", _TRUSTLY_CURRENCIES),
    _first(MOLLIE, "paypal", "PayPal", _PAYPAL_CURRENCIES, stores=True),
    # Mollie, "Point of sale": collected at once. Never on our page: `device` names the terminal.
    _first(MOLLIE, "pointofsale", "Card"),
)
# Adyen tells no deadline: the days are those of a Visa hold that no one extended, or the method's.
_ADYEN: Final = (
    _hold(ADYEN, "applepay", "Apple Pay", _CARD_CURRENCIES, days=7, raises=True, stores=True),
    _hold(ADYEN, "googlepay", "Google Pay", _CARD_CURRENCIES, days=7, raises=True, stores=True),
    _hold(ADYEN, "creditcard", "Card", _CARD_CURRENCIES, days=7, raises=True, stores=True),
    _hold(ADYEN, "vipps", "Vipps", _in("NOK"), days=7, stores=True),
    _hold(ADYEN, "mobilepay", "MobilePay", _in("DKK EUR NOK SEK"), days=7),
    _hold(ADYEN, "paypal", "PayPal", _PAYPAL_CURRENCIES, days=3, stores=True),
    _hold(ADYEN, "twint", "TWINT", _in("CHF"), days=7, captures=Captures.ONE),
    _first(ADYEN, "ideal", "iDEAL | Wero", refund_days=2, stores=True),
    _first(ADYEN, "bancontact", "Bancontact", refund_days=3, stores=True),
    _first(ADYEN, "eps", "eps"),
    _first(ADYEN, "przelewy24", "Przelewy24", _in("EUR PLN")),
    _first(ADYEN, "blik", "BLIK", _in("PLN")),
    _first(ADYEN, "swish", "Swish", _in("SEK")),
    _first(ADYEN, "bizum", "Bizum"),
    _first(ADYEN, "mbway", "MB WAY"),
    _first(ADYEN, "trustly", "Trustly", _TRUSTLY_CURRENCIES),
)
# A reservation in a wallet: ours to make, to raise, to take in part and to give back, at once.
_HOUSE: Final = (
    Capability(
        HOUSE,
        WALLET,
        "Prepaid wallet",
        Strategy.HOLD,
        _CARD_CURRENCIES | _PAYPAL_CURRENCIES,
        captures=Captures.ONE,
        raises=True,
        refund_days=0,
    ),
    # A place kept on an account that is collected later: nothing moves before the price is known.
    Capability(
        HOUSE,
        ON_ACCOUNT,
        "On account",
        Strategy.HOLD,
        _CARD_CURRENCIES | _PAYPAL_CURRENCIES,
        captures=Captures.ONE,
        refund_days=0,
    ),
)
# The terminal takes a part of what it holds, once; what it took, only its own provider gives back.
_OF_TERMINALS: Final = (
    Capability(
        TERMINAL,
        "creditcard",
        "Card",
        Strategy.HOLD,
        _CARD_CURRENCIES,
        captures=Captures.ONE,
        hold_days=7,
    ),
    Capability(
        PARTNER,
        "creditcard",
        "Card",
        Strategy.HOLD,
        _CARD_CURRENCIES,
        captures=Captures.ONE,
        hold_days=7,
    ),
)
CAPABILITIES: Final[dict[tuple[str, str], Capability]] = {
    (row.provider, row.method): row for row in (*_MOLLIE, *_ADYEN, *_HOUSE, *_OF_TERMINALS)
}
# What a provider took that the table does not know takes as long as the slowest that it does.
SLOWEST_REFUND_DAYS: Final = max(row.refund_days for row in CAPABILITIES.values())


def capability(provider: str, method: str) -> Capability | None:
    """Return what *method* can do at *provider*, or None: it is not used."""
    return CAPABILITIES.get((provider.partition(":")[0], method))


def is_unasked(provider: str) -> bool:
    """Tell whether nobody can be asked about a payment: its account says only who owes it to us."""
    return provider.partition(":")[0] in _UNASKED


def capabilities_of(provider: str) -> Iterator[Capability]:
    """Yield the methods that are used at *provider*, in the order of the table."""
    return (row for row in CAPABILITIES.values() if row.provider == provider)


def strategy_of(provider: str, method: str, currency: str) -> Strategy | None:
    """Return how *method* funds a session in *currency* at *provider*, or None when it can't."""
    row = capability(provider, method)
    if row is None or currency not in row.currencies:
        return None
    return row.strategy


def way_of(provider: str, strategy: Strategy, currency: str) -> Way | None:
    """
    Return how *provider* gives an operator its part of a payment, or None: it can't.

    Adyen divides a capture, so what is charged first has no such moment: the price is not known
    yet. Mollie routes what was taken, in some currencies ("Delayed routing").
    """
    if provider == ADYEN and strategy is Strategy.HOLD:
        return Way.CAPTURE
    if provider == MOLLIE and currency in _ROUTED_CURRENCIES:
        return Way.ROUTE
    return None


def charges_at_once(provider: str, method: str) -> bool:
    """
    Tell whether *method*, once stored, can be charged without the driver and answered at once.

    Cards can, also those behind a phone. What iDEAL and the like leave is a direct debit: it takes
    days, and may be taken back for weeks.
    """
    row = capability(provider, method)
    return row is not None and row.stores and method in _BY_CARD


def name_of(provider: str, method: str) -> str:
    """Return how receipts call *method*; what is not in the table keeps the provider's word."""
    row = capability(provider, method)
    return row.name if row else method


def shortest_hold(method: str) -> timedelta | None:
    """Return how long a hold of *method* surely lasts, at any provider; None where none ends."""
    days = [
        row.hold_days
        for row in CAPABILITIES.values()
        if row.method == method and row.hold_days is not None
    ]
    return timedelta(days=min(days)) if days else None


def refund_days(method: str) -> int:
    """Return after how many working days the bank shows at most what went back, at any provider."""
    found = [row.refund_days for row in CAPABILITIES.values() if row.method == method]
    return max(found, default=SLOWEST_REFUND_DAYS)
