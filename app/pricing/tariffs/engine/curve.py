"""The price of a kWh through the day, as a session that begins then would have it."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from app.pricing.tariffs.compiled.plan import Phase, Plan, Situation, calendar_of
from app.pricing.tariffs.compiled.rates import rates_of
from app.pricing.tariffs.compiled.units import DAY, instant, micros

_NO_PRICE = Decimal(0)


class CurveStep(NamedTuple):
    """From *start* on a kWh costs *price*, incl. VAT, until the next step."""

    start: datetime
    price: Decimal


def price_curve(
    plan: Plan, since: datetime, until: datetime, time_zone: str, vat: Decimal | None
) -> tuple[CurveStep, ...]:
    """
    Return the price of the first kWh from *since* to before *until*, a step for every change.

    *vat* is the country's rate in percent. Raises TimeZoneUnknown.
    """
    calendar, rates = calendar_of(plan, time_zone), rates_of(plan, vat)
    start, end = micros(since), micros(until)
    steps: list[CurveStep] = []
    changes = calendar.changes(start, days=-(-(end - start) // DAY))
    for at, mask in ((start, calendar.at(start)[0]), *changes):
        if at >= end:
            break
        energy = plan.active(Situation(Phase.CHARGING, mask, 0, 0, None, None)).energy
        price = _NO_PRICE if energy is None else rates.unit_price[energy.index]
        if not steps or steps[-1].price != price:
            steps.append(CurveStep(instant(at), price))
    return tuple(steps)
