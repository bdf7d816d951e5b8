"""The price of a stay that is only planned."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.compiled.units import HOUR, energy, instant, micros
from app.pricing.tariffs.engine.meter import price_samples
from app.pricing.tariffs.engine.priced import Priced
from app.pricing.tariffs.engine.result import Sample


@dataclass(frozen=True, slots=True)
class Stay:
    """A planned session: *kwh* from *at* on at *kw*, and unplugged after *minutes*."""

    at: datetime
    kwh: Decimal
    minutes: int
    kw: Decimal


def quote(plan: Plan, stay: Stay, time_zone: str, vat: Decimal | None) -> Priced:
    """
    Return what *stay* would cost; it ends with the last kWh if the minutes are too few.

    *vat* is the country's rate in percent. Raises TimeZoneUnknown.
    """
    power = energy(stay.kw)
    full_at = stay.at
    if power > 0:
        full_at = instant(micros(stay.at) + energy(stay.kwh) * HOUR // power)
    gone_at = max(full_at, stay.at + timedelta(minutes=stay.minutes))
    samples = (
        Sample(stay.at, Decimal(0)),
        Sample(full_at, stay.kwh),
        Sample(gone_at, stay.kwh, Decimal(0)),
    )
    return price_samples(plan, samples, time_zone, gone_at, vat)
