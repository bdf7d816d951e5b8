"""The VAT rate of a supply: by the territory where, and the day on which it ends."""

from datetime import date
from decimal import Decimal

from app.pricing.vat.errors import VatRateUnknown
from app.pricing.vat.supplies import REDUCED, Supply
from app.pricing.vat.table import STANDARD_RATES
from app.pricing.vat.territories import TERRITORY_RATES


def rate(place: str, at: date, supply: Supply = Supply.CHARGING) -> Decimal:
    """
    Return the VAT rate of *supply* at *place* on the local day *at*, in percent.

    *place* is a country (ISO 3166 alpha-2) or a territory (from `territory`). The tax point is the
    end of charging. Raises VatRateUnknown for a place that is not in the table (EU-27, GB, XI, CH,
    LI, NO, IS and their special territories), and for a day before its first known rate.
    """
    key = place.upper()
    for since, percent in REDUCED.get((key, supply), ()):
        if since <= at:
            return _standard(key, at) if percent is None else percent
    return _standard(key, at)


def _standard(place: str, at: date) -> Decimal:
    history = TERRITORY_RATES.get(place) or _of_country(place)
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
