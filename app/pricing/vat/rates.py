"""The VAT rate of charging: by the territory where, and the day on which it ends."""

from datetime import date
from decimal import Decimal

from app.pricing.vat.errors import VatRateUnknown
from app.pricing.vat.table import STANDARD_RATES
from app.pricing.vat.territories import TERRITORY_RATES


def rate(place: str, at: date) -> Decimal:
    """
    Return the VAT rate of charging at *place* on the local day *at*, in percent.

    *place* is a country (ISO 3166 alpha-2) or a territory (from `territory`). The tax point is the
    end of charging. Charging, parking and service fees have the standard rate: no source shows
    another one, and reduced rates of electricity are for homes. Raises VatRateUnknown for a place
    that is not in the table (EU-27, GB, XI, CH, LI, NO, IS and their special territories), and for
    a day before its first known rate.
    """
    key = place.upper()
    history = TERRITORY_RATES.get(key) or _of_country(key)
    if history is None:
        raise VatRateUnknown(f"no VAT rate is known for {place!r}", country=place)
    for since, percent in history:
        if since <= at:
            return percent
    raise VatRateUnknown(
        f"no VAT rate is known for {place} before {history[-1][0]}", country=place, day=str(at)
    )


def _of_country(place: str) -> tuple[tuple[date, Decimal], ...] | None:
    return STANDARD_RATES.get(place) or STANDARD_RATES.get(place.partition("-")[0])
