"""The currencies that there are: the codes of ISO 4217, as Unicode's CLDR lists them."""

from functools import cache

from babel.numbers import list_currencies


@cache
def currency_codes() -> frozenset[str]:
    """Return every currency's code, those that are no longer used among them."""
    return frozenset(list_currencies())
