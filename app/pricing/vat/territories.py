"""
Where VAT differs within a country: territories with a rate of their own, or outside of VAT.

Sources: Directive 2006/112/EC, Articles 6 and 104 to 105; for the Azores Law 21/2021 of the region
(16 % from 1 July 2021), for Madeira Regional Decree 14-A/2012/M (22 % from 1 April 2012). Jungholz
and Mittelberg have 19 % by Article 104. In the territories outside of VAT other taxes may be due.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

# Per country the beginnings of postal codes, the longest first, and the territory they are in.
_POSTAL: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "AT": (
        ("6691", "AT-JUNGHOLZ"),
        ("6991", "AT-MITTELBERG"),
        ("6992", "AT-MITTELBERG"),
        ("6993", "AT-MITTELBERG"),
    ),
    "DE": (("78266", "DE-BUESINGEN"), ("27498", "DE-HELGOLAND")),
    "ES": (("35", "ES-CN"), ("38", "ES-CN"), ("51", "ES-CE"), ("52", "ES-ML")),
    "FI": (("22", "FI-01"),),
    "GB": (("BT", "XI"),),
    "IT": (("23041", "IT-LIVIGNO"), ("22061", "IT-CAMPIONE")),
    "PT": tuple((str(n), "PT-20" if n >= 95 else "PT-30") for n in range(90, 100)),  # noqa: PLR2004
}
# Whose country an ISO 3166 code of its own belongs to, for VAT.
_SAME_VAT: Final = {"MC": "FR", "IM": "GB"}

_OUTSIDE: Final = ((date(1993, 1, 1), Decimal(0)),)
# Per territory the rates, the newest first; one that is not here has those of its country.
TERRITORY_RATES: Final[Mapping[str, tuple[tuple[date, Decimal], ...]]] = {
    "AT-JUNGHOLZ": ((date(2007, 1, 1), Decimal(19)),),
    "AT-MITTELBERG": ((date(2007, 1, 1), Decimal(19)),),
    "DE-BUESINGEN": _OUTSIDE,
    "DE-HELGOLAND": _OUTSIDE,
    "ES-CN": _OUTSIDE,
    "ES-CE": _OUTSIDE,
    "ES-ML": _OUTSIDE,
    "IT-LIVIGNO": _OUTSIDE,
    "IT-CAMPIONE": _OUTSIDE,
    "PT-20": ((date(2021, 7, 1), Decimal(16)), (date(2014, 1, 1), Decimal(18))),
    "PT-30": ((date(2012, 4, 1), Decimal(22)),),
}


def territory(country: str, postal_code: str) -> str:
    """
    Return the VAT territory of a place: *country* (ISO 3166 alpha-2) or a part of it.

    Northern Ireland is XI, because electricity is goods; Monaco counts as France.
    """
    code = _SAME_VAT.get(country.upper(), country.upper())
    plain = "".join(character for character in postal_code.upper() if character.isalnum())
    if code != "GB":
        # Some write the country before the code: A-6993, D-78266. Only British codes have letters.
        plain = "".join(filter(str.isdecimal, plain))
    for beginning, part in _POSTAL.get(code, ()):
        if plain.startswith(beginning):
            return part
    return code
