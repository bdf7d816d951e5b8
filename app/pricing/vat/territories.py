"""
Where VAT differs within a country: territories with a rate of their own, or outside of VAT.

Sources: Directive 2006/112/EC, Articles 6 and 7 and 104 to 105; for the Azores Law 21/2021 of the
region (16 % from 1 July 2021), for Madeira Regional Decree 14-A/2012/M (22 % from 1 April 2012),
for Guadeloupe, Martinique and Réunion Article 296 of the Code général des impôts (8.5 %). Jungholz
and Mittelberg have 19 % by Article 104. Corsica has the standard rate of France but for supplies
that Article 297 of the Code names, and Åland, outside of the VAT area of the Union, the rates of
Finland. In the territories outside of VAT other taxes may be due, such as the IGIC of the Canary
Islands and the IPSI of Ceuta and Melilla.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from app.pricing.vat.table import STANDARD_RATES

EU_COUNTRIES: Final = frozenset(STANDARD_RATES) - {"CH", "GB", "IS", "LI", "NO", "XI"}
_CURRENCIES: Final = {
    "CH": "CHF",
    "CZ": "CZK",
    "DK": "DKK",
    "GB": "GBP",
    "HU": "HUF",
    "IM": "GBP",
    "IS": "ISK",
    "LI": "CHF",
    "NO": "NOK",
    "PL": "PLN",
    "RO": "RON",
    "SE": "SEK",
    "XI": "GBP",
}
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
    "FR": (
        ("97150", "FR-MF"),
        ("97133", "FR-BL"),
        ("971", "FR-971"),
        ("972", "FR-972"),
        ("973", "FR-973"),
        ("974", "FR-974"),
        ("975", "FR-PM"),
        ("976", "FR-976"),
        ("20", "FR-20R"),
        ("98000", "FR"),
        ("986", "FR-WF"),
        ("987", "FR-PF"),
        ("988", "FR-NC"),
    ),
    "GB": (("BT", "XI"), ("IM", "GB"), ("JE", "GB-JE"), ("GY", "GB-GY")),
    "GR": (("63086", "GR-69"),),
    "IT": (("23041", "IT-LIVIGNO"), ("22061", "IT-CAMPIONE")),
    "NO": (("8099", "NO-22"), ("917", "NO-21")),
    "PT": tuple((str(n), "PT-20" if n >= 95 else "PT-30") for n in range(90, 100)),  # noqa: PLR2004
}
# What an ISO 3166 code of its own is for VAT: a country's own, or one of its territories.
_CODES: Final = {
    "AX": "FI-01",
    "BL": "FR-BL",
    "GF": "FR-973",
    "GG": "GB-GY",
    "GP": "FR-971",
    "IC": "ES-CN",
    "IM": "GB",
    "JE": "GB-JE",
    "MC": "FR",
    "MF": "FR-MF",
    "MQ": "FR-972",
    "NC": "FR-NC",
    "PF": "FR-PF",
    "PM": "FR-PM",
    "RE": "FR-974",
    "SJ": "NO-21",
    "WF": "FR-WF",
    "YT": "FR-976",
}

_OUTSIDE: Final = ((date(1993, 1, 1), Decimal(0)),)
_OVERSEAS: Final = ((date(2014, 1, 1), Decimal("8.5")),)
_OUTSIDE_CODES: Final = [
    "DE-BUESINGEN",
    "DE-HELGOLAND",
    "ES-CN",
    "ES-CE",
    "ES-ML",
    "FR-973",
    "FR-976",
    "FR-BL",
    "FR-MF",
    "FR-NC",
    "FR-PF",
    "FR-PM",
    "FR-WF",
    "GB-GY",
    "GB-JE",
    "GR-69",
    "IT-LIVIGNO",
    "IT-CAMPIONE",
    "NO-21",
    "NO-22",
]
# Per territory the rates, the newest first; one that is not here has those of its country.
TERRITORY_RATES: Final[Mapping[str, tuple[tuple[date, Decimal], ...]]] = {
    **dict.fromkeys(_OUTSIDE_CODES, _OUTSIDE),
    **dict.fromkeys(("FR-971", "FR-972", "FR-974"), _OVERSEAS),
    "AT-JUNGHOLZ": ((date(2007, 1, 1), Decimal(19)),),
    "AT-MITTELBERG": ((date(2007, 1, 1), Decimal(19)),),
    "PT-20": ((date(2021, 7, 1), Decimal(16)), (date(2014, 1, 1), Decimal(18))),
    "PT-30": ((date(2012, 4, 1), Decimal(22)),),
}


def territory(country: str, postal_code: str) -> str:
    """
    Return the VAT territory of a place: *country* (ISO 3166 alpha-2) or a part of it.

    Northern Ireland is XI, because electricity is goods; Monaco counts as France, the Isle of Man
    as Great Britain.
    """
    code = country.upper()
    if code in _CODES:
        return _CODES[code]
    parts = _POSTAL.get(code)
    if parts is None:
        return code
    plain = "".join(character for character in postal_code.upper() if character.isalnum())
    if code != "GB":
        # Some write the country before the code: A-6993, D-78266. Only British codes have letters.
        plain = "".join(filter(str.isdecimal, plain))
    for beginning, part in parts:
        if plain.startswith(beginning):
            return part
    return code


def currency_of(place: str) -> str | None:
    """Return the currency in which VAT is shown at *place* (ISO 4217), None where nobody knows."""
    country = place.upper().partition("-")[0]
    if country in EU_COUNTRIES or country == "MC":
        return _CURRENCIES.get(country, "EUR")
    return _CURRENCIES.get(country)
