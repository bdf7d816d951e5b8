"""
The standard VAT rates of Europe, in percent, each from the day on which it began.

Sources: the histories of kdeldycke/vat-rates (commit 7585c28) and ibericode/vat-rates, the current
rates of eu-vat-rates-data 2026.9.29; the three agree on the EU-27 and GB. Liechtenstein has the
Swiss rates by the treaty of 28 October 1994; Iceland's rate began with law 124/2014.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

_HISTORY: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "AT": (("1984-01-01", "20"),),
    "BE": (("1996-01-01", "21"),),
    "BG": (("1999-01-01", "20"),),
    "CH": (
        ("2017-01-01", "8"),
        ("2018-01-01", "7.7"),
        ("2024-01-01", "8.1"),
    ),
    "CY": (("2014-01-13", "19"),),
    "CZ": (("2013-01-01", "21"),),
    "DE": (
        ("2007-01-01", "19"),
        ("2020-07-01", "16"),
        ("2021-01-01", "19"),
    ),
    "DK": (("1992-01-01", "25"),),
    "EE": (
        ("2009-07-01", "20"),
        ("2024-01-01", "22"),
        ("2025-07-01", "24"),
    ),
    "ES": (("2012-09-01", "21"),),
    "FI": (
        ("2013-01-01", "24"),
        ("2024-09-01", "25.5"),
    ),
    "FR": (("2014-01-01", "20"),),
    "GB": (("2011-01-04", "20"),),
    "GR": (
        ("2010-07-01", "23"),
        ("2016-06-01", "24"),
    ),
    "HR": (("2012-03-01", "25"),),
    "HU": (("2012-01-01", "27"),),
    "IE": (
        ("2012-01-01", "23"),
        ("2020-09-01", "21"),
        ("2021-03-01", "23"),
    ),
    "IS": (("2015-01-01", "24"),),
    "IT": (("2013-10-01", "22"),),
    "LI": (
        ("2011-01-01", "8"),
        ("2018-01-01", "7.7"),
        ("2024-01-01", "8.1"),
    ),
    "LT": (("2009-09-01", "21"),),
    "LU": (
        ("2015-01-01", "17"),
        ("2023-01-01", "16"),
        ("2024-01-01", "17"),
    ),
    "LV": (("2012-07-01", "21"),),
    "MT": (("2004-01-01", "18"),),
    "NL": (("2012-10-01", "21"),),
    "NO": (("2011-07-01", "25"),),
    "PL": (("2011-01-01", "23"),),
    "PT": (("2011-01-01", "23"),),
    "RO": (
        ("2010-07-01", "24"),
        ("2016-01-01", "20"),
        ("2017-01-01", "19"),
        ("2025-08-01", "21"),
    ),
    "SE": (("1990-07-01", "25"),),
    "SI": (("2013-07-01", "22"),),
    "SK": (
        ("2011-01-01", "20"),
        ("2025-01-01", "23"),
    ),
    "XI": (("2011-01-04", "20"),),
}

# Per country (ISO 3166 alpha-2, and XI for Northern Ireland) the rates, the newest first.
STANDARD_RATES: Final[Mapping[str, tuple[tuple[date, Decimal], ...]]] = {
    country: tuple((date.fromisoformat(day), Decimal(rate)) for day, rate in reversed(history))
    for country, history in _HISTORY.items()
}
