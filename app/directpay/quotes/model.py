"""A planned session, and what is told of its price."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec

from app.directpay.prices.views import MoneyView
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Ask:
    """
    What somebody wants to know the price of: one of *kwh*, *minutes* and *cost*.

    *cost* is as much energy as that much money buys, incl. VAT. The car draws *kw*, by default all
    that the charging point gives; it begins at the instant *at*, by default now, and is unplugged
    *waiting_minutes* after it is full.
    """

    kwh: Decimal | None = None
    minutes: int | None = None
    cost: Money | None = None
    kw: Decimal | None = None
    at: datetime | None = None
    waiting_minutes: int = 0


class QuoteLineView(msgspec.Struct, frozen=True):
    """
    One line of a quote, as on a receipt; all of them add up to its cost.

    *kind* is the OCPI dimension, or MIN_PRICE and MAX_PRICE. *quantity* is what is billed, in
    *unit*, at *unit_price* (incl. VAT, in major units).
    """

    kind: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    vat_rate: Decimal | None
    amount: MoneyView


class QuoteView(msgspec.Struct, frozen=True):
    """
    What a planned session costs, incl. VAT, before what campaigns and coupons take off.

    It is no promise: what is paid follows from what is charged. *hold* is what is reserved before
    the start, and the most that such a session costs without adding to it. *words* tell each line
    and total in the language that was asked for.
    """

    code: str
    begins_at: datetime
    full_at: datetime
    ends_at: datetime
    energy_kwh: Decimal
    power_kw: Decimal
    tariff_id: str
    tariff_version: int
    cost: MoneyView
    net: MoneyView
    vat: MoneyView
    hold: MoneyView
    lines: tuple[QuoteLineView, ...]
    words: tuple[str, ...]
