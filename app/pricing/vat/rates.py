"""The VAT rate of a supply: by the country where the car charges, and the day on which it ends."""

from datetime import date
from decimal import Decimal

from app.pricing.vat.errors import VatRateUnknown
from app.pricing.vat.table import STANDARD_RATES


def rate(country: str, at: date) -> Decimal:
    """
    Return the standard VAT rate of *country* (ISO 3166 alpha-2) on the local day *at*, in percent.

    The tax point is the end of charging. Raises VatRateUnknown for a country that is not in the
    table (EU-27, GB, XI, CH, LI, NO, IS), and for a day before its first known rate.
    """
    history = STANDARD_RATES.get(country.upper())
    if history is None:
        raise VatRateUnknown(f"no VAT rate is known for {country!r}", country=country)
    for since, percent in history:
        if since <= at:
            return percent
    raise VatRateUnknown(
        f"no VAT rate is known for {country} before {history[-1][0]}", country=country, day=str(at)
    )
