"""A CDR between platforms as a debt: who owes whom, and why it may not be owed."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from uuid import UUID

from app.kernel.money import Money, TaxedAmount
from app.roaming.errors import OcpiInvalid
from app.roaming.platforms.model import Party
from app.roaming.wire.sessions import Cdr
from app.roaming.wire.values import Price, TaxAmount


class Side(StrEnum):
    """Whose CDR it is: by OURS a platform owes us, by THEIRS we owe it."""

    OURS = "ours"
    THEIRS = "theirs"


class Doubt(StrEnum):
    """Why a CDR of a platform is not owed: no entry is made until it is resolved."""

    NO_SESSION = "no_session"
    BILLED_TWICE = "billed_twice"
    CREDITS_UNKNOWN = "credits_unknown"
    CREDITS_TWICE = "credits_twice"
    CREDITS_OTHERWISE = "credits_otherwise"
    # One of ours that its platform does not owe: its terminal collects, and owes us the payment.
    PAID_AT_TERMINAL = "paid_at_terminal"


# OCPI's own example of how the id of a credit may be made (mod_cdrs, "Credit CDRs").
CREDIT_SUFFIX = "-C"
_CURRENCY = re.compile("[A-Z]{3}")
_MOST = Decimal(1_000_000_000)
# What a CDR that comes later may resolve.
WAITING = (Doubt.BILLED_TWICE, Doubt.CREDITS_UNKNOWN)


@dataclass(frozen=True, slots=True)
class Debt:
    """
    What one CDR makes one side owe: *party* is the other one, amounts are below zero for a credit.

    *credits* is the CDR that a credit takes back, *fee* the platform's commission of a sale of
    ours, *country* where the energy flowed. *body* is OCPI 2.3.0 of a CDR of ours that is not the
    session's first, *reason* why it was made. It is booked unless there is a *doubt*.
    """

    side: Side
    platform_id: UUID
    party: Party
    cdr_id: str
    session_id: UUID | None
    net: Money
    vat: Money
    country: str
    energy_kwh: Decimal
    ended_at: datetime
    told_at: datetime
    fee: Money
    credits: str | None = None
    body: str | None = None
    reason: str | None = None
    doubt: Doubt | None = None

    @property
    def gross(self) -> Money:
        """Return what is owed, with VAT."""
        return self.net + self.vat

    @property
    def key(self) -> str:
        """Return its id as it is compared: ids of OCPI ignore case."""
        return self.cdr_id.lower()

    def is_credit_of(self, other: "Debt") -> bool:
        """Tell whether it takes back *other*."""
        return self.credits is not None and self.credits.lower() == other.key


def doubt_of(debt: Debt, others: list[Debt]) -> Doubt | None:
    """
    Return why *debt* is not owed beside the *others* of its session; None when it is.

    A session is billed once; whoever bills it again takes the first CDR back before (OCPI,
    mod_cdrs, "Credit CDRs").
    """
    if debt.session_id is None:
        return Doubt.NO_SESSION
    booked = [one for one in others if one.doubt is None and one.key != debt.key]
    if debt.credits is None:
        return Doubt.BILLED_TWICE if live(booked) else None
    credited = [one for one in booked if one.credits is None and debt.is_credit_of(one)]
    if not credited:
        return Doubt.CREDITS_UNKNOWN
    if any(one.is_credit_of(credited[0]) for one in booked):
        return Doubt.CREDITS_TWICE
    same = (debt.net, debt.vat) == (-credited[0].net, -credited[0].vat)
    return None if same else Doubt.CREDITS_OTHERWISE


def live(booked: list[Debt]) -> list[Debt]:
    """Return those of *booked* that nothing takes back."""
    credits_ = [one for one in booked if one.credits is not None]
    return [
        one
        for one in booked
        if one.credits is None and not any(each.is_credit_of(one) for each in credits_)
    ]


def amounts_of(told: Cdr) -> tuple[TaxedAmount, ...]:
    """
    Return what a CDR costs, by VAT rate; the net, which it states once, is with the first rate.

    A credit is below zero, however its platform wrote it. Raises OcpiInvalid for what is no money.
    """
    if not _CURRENCY.fullmatch(told.currency):
        raise OcpiInvalid(f"{told.currency!r} is no currency", field="currency")
    if not abs(told.total_cost.gross) < _MOST or not abs(told.total_cost.before_taxes) < _MOST:
        raise OcpiInvalid("nobody charges for so much", field="total_cost")
    price = -_positive(told.total_cost) if told.credit else told.total_cost
    zero = Money.zero(told.currency)
    taxes = price.taxes or (TaxAmount(name="none", percentage=Decimal(0), amount=Decimal(0)),)
    nets = [Money.of(price.before_taxes, told.currency), *(zero for _ in taxes[1:])]
    vats = [Money.of(tax.amount, told.currency) for tax in taxes]
    rates = [_rate(tax) for tax in taxes]
    return tuple(
        TaxedAmount(net=net, vat=vat, gross=net + vat, rate=rate)
        for net, vat, rate in zip(nets, vats, rates, strict=True)
    )


def _positive(price: Price) -> Price:
    return -price if price.before_taxes < 0 else price


def _rate(tax: TaxAmount) -> Decimal:
    """Return the rate of *tax* in percent; our older CDRs have it in the name: `VAT 21%`."""
    if tax.percentage is not None:
        return tax.percentage
    try:
        return Decimal(tax.name.rpartition(" ")[2].rstrip("%"))
    except InvalidOperation:
        return Decimal(0)
