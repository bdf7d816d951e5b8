"""The ways to pay that each face of the sandbox offers, with their limits."""

from dataclasses import dataclass
from decimal import Decimal

from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Method:
    """
    A way to pay: *holds* tells whether it can reserve first and be captured later.

    *countries* is where people use it; empty means everywhere. *multiple* tells whether a hold may
    be captured several times, *raises* whether it can grow.
    """

    id: str
    label: str
    currencies: frozenset[str]
    holds: bool
    hold_days: int = 0
    maximum_major: int = 10_000
    countries: frozenset[str] = frozenset()
    multiple: bool = True
    raises: bool = False

    def is_used_in(self, country: str | None) -> bool:
        """Tell whether a payer from *country* is offered it; not knowing the country, everybody."""
        return country is None or not self.countries or country in self.countries


def _in(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


_CARD_CODES = (
    "AED AUD CAD CHF CZK DKK EUR GBP HKD HUF ILS ISK JPY NOK NZD PLN RON SEK SGD THB USD ZAR"
)
_CARDS = _in(_CARD_CODES)
_EURO = _in("EUR")

# Who can hold, as Mollie's page "Place a hold for a payment" says (updated 2026-09-03).
METHODS: dict[str, Method] = {
    method.id: method
    for method in (
        Method("applepay", "Apple Pay", _CARDS, holds=True, hold_days=7),
        Method("creditcard", "Card", _CARDS, holds=True, hold_days=7),
        Method("vipps", "Vipps", _in("NOK"), holds=True, hold_days=180, countries=_in("NO")),
        Method(
            "mobilepay",
            "MobilePay",
            _in("DKK EUR"),
            holds=True,
            hold_days=14,
            countries=_in("DK FI"),
        ),
        Method("ideal", "iDEAL | Wero", _EURO, holds=False, countries=_in("BE DE NL")),
        Method("bancontact", "Bancontact", _EURO, holds=False, countries=_in("BE LU NL")),
        Method("eps", "eps", _EURO, holds=False, countries=_in("AT")),
        Method("satispay", "Satispay", _EURO, holds=False, countries=_in("FR IT LU")),
        Method("przelewy24", "Przelewy24", _in("EUR PLN"), holds=False, countries=_in("PL")),
        Method("blik", "BLIK", _in("PLN"), holds=False, countries=_in("PL")),
        Method("twint", "TWINT", _in("CHF"), holds=False, countries=_in("CH")),
        Method("swish", "Swish", _in("SEK"), holds=False, countries=_in("SE")),
        Method("paypal", "PayPal", _CARDS - {"AED", "ISK", "RON", "ZAR"}, holds=False),
    )
}


# Ways to pay that no driver chooses on a page: a mandate, and a terminal.
_UNSEEN = {
    "directdebit": Method("directdebit", "SEPA Direct Debit", _EURO, holds=False),
    "pointofsale": Method("pointofsale", "Terminal", _EURO, holds=False),
}

_CARD_NAMES = {"scheme": "Cards", "applepay": "Apple Pay", "googlepay": "Google Pay"}

# Who can hold, as Adyen's pages on manual capture say; the names are Adyen's.
ADYEN_METHODS: dict[str, Method] = {
    method.id: method
    for method in (
        *(
            Method(name, label, _CARDS, holds=True, hold_days=7, raises=True)
            for name, label in _CARD_NAMES.items()
        ),
        Method("vipps", "Vipps", _in("NOK"), holds=True, hold_days=14, countries=_in("NO")),
        Method(
            "mobilepay",
            "MobilePay",
            _in("DKK EUR"),
            holds=True,
            hold_days=7,
            countries=_in("DK FI"),
        ),
        Method("paypal", "PayPal", _CARDS - {"AED", "ISK", "RON", "ZAR"}, holds=True, hold_days=29),
        Method(
            "twint",
            "TWINT",
            _in("CHF"),
            holds=True,
            hold_days=7,
            countries=_in("CH"),
            multiple=False,
        ),
        Method(
            "klarna",
            "Pay later with Klarna",
            _in("DKK EUR NOK SEK"),
            holds=True,
            hold_days=28,
            multiple=False,
        ),
        Method("ideal", "iDEAL | Wero", _EURO, holds=False, countries=_in("NL")),
        Method("bcmc", "Bancontact card", _EURO, holds=False, countries=_in("BE")),
        Method("eps", "EPS", _EURO, holds=False, countries=_in("AT")),
        Method("blik", "BLIK", _in("PLN"), holds=False, countries=_in("PL")),
        Method("onlineBanking_PL", "Przelewy24", _in("EUR PLN"), holds=False, countries=_in("PL")),
        Method("bizum", "Bizum", _EURO, holds=False, countries=_in("ES")),
        Method("mbway", "MB WAY", _EURO, holds=False, countries=_in("PT")),
        Method("swish", "Swish", _in("SEK"), holds=False, countries=_in("SE")),
        Method("trustly", "Trustly", _in("DKK EUR NOK SEK"), holds=False),
    )
}
_FACES = {"mollie": METHODS | _UNSEEN, "adyen": ADYEN_METHODS}


def methods_of(face: str) -> dict[str, Method]:
    """Return the ways to pay of a face, by that face's own names."""
    return _FACES[face]


def limits(method: Method, currency: str) -> tuple[Money, Money]:
    """Return the smallest and the largest amount of *method* in *currency*."""
    return Money(1, currency), Money.of(Decimal(method.maximum_major), currency)
