"""Adyen's words for ways to pay and languages, and ours."""

from collections.abc import Mapping
from typing import Final

from app.funds.payments.ports import Strategy
from app.funds.payments.providers import capabilities
from app.funds.payments.providers.capabilities import ADYEN

# Our method -> Adyen's types, the first of which names it (Adyen, "Payment methods").
TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "applepay": ("applepay",),
    "googlepay": ("googlepay", "paywithgoogle"),
    "creditcard": ("scheme",),
    "vipps": ("vipps",),
    "mobilepay": ("mobilepay",),
    "paypal": ("paypal",),
    "twint": ("twint",),
    "ideal": ("ideal",),
    "bancontact": ("bcmc", "bcmc_mobile"),
    "eps": ("eps",),
    "przelewy24": ("onlineBanking_PL",),
    "blik": ("blik",),
    "swish": ("swish",),
    "bizum": ("bizum",),
    "mbway": ("mbway",),
    "trustly": ("trustly",),
}
_METHODS: Final = {kind: method for method, kinds in TYPES.items() for kind in kinds}
# A webhook names the card's brand, and how it was carried: `visa`, `mc_applepay`.
_BRANDS: Final = {
    "visa": "Visa",
    "mc": "Mastercard",
    "amex": "American Express",
    "maestro": "Maestro",
    "cartebancaire": "Carte Bancaire",
    "dankort": "Dankort",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "cup": "UnionPay",
}
_CARRIERS: Final = {"applepay": "applepay", "googlepay": "googlepay", "paywithgoogle": "googlepay"}
# Adyen, "Language and localisation": the languages of its pages.
_LOCALES: Final = {
    "cs": "cs-CZ",
    "da": "da-DK",
    "de": "de-DE",
    "en": "en-US",
    "es": "es-ES",
    "fi": "fi-FI",
    "fr": "fr-FR",
    "hu": "hu-HU",
    "it": "it-IT",
    "nb": "no-NO",
    "nl": "nl-NL",
    "no": "no-NO",
    "pl": "pl-PL",
    "pt": "pt-PT",
    "sv": "sv-SE",
}
DEFAULT_LOCALE: Final = _LOCALES["en"]


def locale_of(language: str) -> str:
    """Return Adyen's locale for a tag like `de` or `de_AT`; English when it has none."""
    return _LOCALES.get(language.replace("_", "-").partition("-")[0].lower(), DEFAULT_LOCALE)


def method_of(kind: str) -> str | None:
    """Return our name of a type, brand or carried brand of Adyen's; None when we have none."""
    if kind in _METHODS:
        return _METHODS[kind]
    brand, _, carrier = kind.partition("_")
    if carrier in _CARRIERS:
        return _CARRIERS[carrier]
    return "creditcard" if brand in _BRANDS else None


def strategy_of(method: str, currency: str) -> Strategy | None:
    """Return how *method* funds a session in *currency*, or None when it can't."""
    return capabilities.strategy_of(ADYEN, method, currency)


def instrument(kind: str, last_digits: str | None) -> str:
    """Return what the driver recognises: `Visa •••• 1234`, `Apple Pay, Visa •••• 1234`, `eps`."""
    method = method_of(kind)
    name = capabilities.name_of(ADYEN, method or kind)
    brand = _BRANDS.get(kind.partition("_")[0])
    if brand is None:
        return name
    card = f"{brand} •••• {last_digits}" if last_digits else brand
    return card if method == "creditcard" else f"{name}, {card}"
