"""VAT numbers, checked by their check digits: one that passes can exist, it need not."""

from typing import Final, Protocol

from stdnum import get_cc_module
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from app.pricing.vat.errors import VatNumberInvalid

# Greece writes EL before its VAT numbers, Northern Ireland XI and Switzerland CHE.
_PREFIX_OF_COUNTRY: Final = {"GR": "EL"}
_OUTSIDE_EU: Final = {"GB": "gb", "CHE": "ch", "NO": "no", "IS": "is"}


def checked_vat_number(given: str, country: str) -> str:
    """
    Return the VAT number *given* in its plain form, with its prefix; offline.

    Without a prefix it is one of *country* (ISO 3166 alpha-2). Raises VatNumberInvalid.
    """
    compact = "".join(character for character in given.upper() if character.isalnum())
    if not compact[:2].isalpha():
        compact = _PREFIX_OF_COUNTRY.get(country, country) + compact
    try:
        number: str = _checker(compact).validate(compact)
    except ValidationError as error:
        raise VatNumberInvalid(f"{given} is not a VAT number: {error}", number=given) from None
    return number if number[:2].isalpha() else compact


class _Checker(Protocol):
    """What python-stdnum's modules have in common."""

    def validate(self, number: str) -> str: ...


def _checker(number: str) -> _Checker:
    for prefix, country in _OUTSIDE_EU.items():
        if number.startswith(prefix):
            module = get_cc_module(country, "vat")
            assert module is not None, country  # noqa: S101 - python-stdnum has these countries
            return module
    return eu_vat
