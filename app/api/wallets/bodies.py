"""What callers send and get back about drivers' credit."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from app.api.refunds.bodies import AmountOrder
from app.directpay.credit.overview import Credit
from app.directpay.prices.show import money_view
from app.directpay.prices.views import MoneyView
from app.funds.wallet.grant import MOST_NOTE
from app.funds.wallet.model import Lot
from app.funds.wallet.statement import StatementLine
from app.funds.wallet.volume.model import Volume

Email = Annotated[str, Meta(min_length=3, max_length=254)]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]


class NewGrant(Struct, frozen=True, forbid_unknown_fields=True):
    """Credit for whoever has the mail address *email*, good until *expires_at*."""

    email: Email
    amount: AmountOrder
    expires_at: Annotated[datetime, Meta(tz=True)]
    note: Annotated[str, Meta(max_length=MOST_NOTE)] = ""


class WhoseCredit(Struct, frozen=True, forbid_unknown_fields=True):
    """The driver with the mail address *email*."""

    email: Email


class WhichCredit(Struct, frozen=True, forbid_unknown_fields=True):
    """One currency of the credit of the driver with the mail address *email*."""

    email: Email
    currency: Currency


class FreezeOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Which credit is not to be used for now, and why."""

    email: Email
    currency: Currency
    reason: Annotated[str, Meta(min_length=1, max_length=140)]


class LotView(Struct, frozen=True):
    """Credit that came at once: `purchased` (no end, can go back) or `granted`."""

    id: UUID
    kind: str
    amount: MoneyView
    left: MoneyView
    received_at: datetime
    expires_at: datetime | None
    note: str


class CreditLineView(Struct, frozen=True):
    """
    What moved the credit, above zero for what came in.

    *kind* is top_up | grant | reserve | wallet_spent | wallet_expired | wallet_refund |
    wallet_disputed; a session is one line.
    """

    at: datetime
    kind: str
    amount: MoneyView


class AutomaticView(Struct, frozen=True):
    """
    What was last agreed to on credit that buys itself again.

    *amount* when less than *below* is left, at most *a_day*. *state* is agreed (its first payment
    is not there yet) | on | off, *ended_why* driver | declined | gone | unpaid | replaced;
    *instrument* is what is charged, masked.
    """

    state: str
    below: MoneyView
    amount: MoneyView
    a_day: MoneyView
    instrument: str | None
    agreed_at: datetime
    ended_at: datetime | None
    ended_why: str | None


class WalletView(Struct, frozen=True):
    """
    One currency of a driver's credit.

    *spendable* is what a session could reserve now; *frozen* says why it is nothing. *automatic*
    is null where nothing was agreed to.
    """

    currency: str
    balance: MoneyView
    spendable: MoneyView
    frozen: str | None
    lots: tuple[LotView, ...]
    lines: tuple[CreditLineView, ...]
    automatic: AutomaticView | None = None


class Wallets(Struct, frozen=True):
    """All credit of a driver, by currency."""

    wallets: tuple[WalletView, ...]


class Returned(Struct, frozen=True):
    """How much goes back to the means that paid for it."""

    amount: MoneyView


class VolumeView(Struct, frozen=True):
    """
    What sessions in a *country* were paid with live credit within a year.

    *percent* is the share of the threshold of limited networks (null: another currency than its).
    """

    country: str
    amount: MoneyView
    sessions: int
    percent: int | None


class Volumes(Struct, frozen=True):
    """The volume of each country, and the *threshold* that it is held against."""

    threshold: MoneyView
    volumes: tuple[VolumeView, ...]


def lot_view(lot: Lot) -> LotView:
    """Return *lot* as callers get it."""
    return LotView(
        id=lot.lot_id,
        kind=lot.kind,
        amount=money_view(lot.amount),
        left=money_view(lot.left),
        received_at=lot.received_at,
        expires_at=lot.expires_at,
        note=lot.note,
    )


def wallet_view(credit: Credit, now: datetime) -> WalletView:
    """Return a wallet as callers get it."""
    wallet = credit.wallet
    return WalletView(
        currency=wallet.currency,
        balance=money_view(wallet.balance),
        spendable=money_view(wallet.spendable(now)),
        frozen=wallet.frozen_why if wallet.is_frozen else None,
        lots=tuple(lot_view(lot) for lot in wallet.lots),
        lines=tuple(_line_view(line) for line in credit.lines),
        automatic=_automatic_view(credit),
    )


def volume_view(volume: Volume) -> VolumeView:
    """Return a country's volume as callers get it."""
    return VolumeView(volume.country, money_view(volume.amount), volume.sessions, volume.percent)


def _automatic_view(credit: Credit) -> AutomaticView | None:
    agreement = credit.agreement
    if agreement is None:
        return None
    return AutomaticView(
        state=agreement.state,
        below=money_view(agreement.terms.below),
        amount=money_view(agreement.terms.amount),
        a_day=money_view(agreement.terms.a_day),
        instrument=credit.instrument,
        agreed_at=agreement.agreed_at,
        ended_at=agreement.ended_at,
        ended_why=agreement.ended_why,
    )


def _line_view(line: StatementLine) -> CreditLineView:
    return CreditLineView(line.at, line.kind, money_view(line.amount))
