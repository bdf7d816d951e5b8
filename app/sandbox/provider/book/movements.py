"""What moved on the merchants' balances, with the provider's fee, and how it was paid out."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.kernel.money import Money
from app.sandbox.provider.book import news
from app.sandbox.provider.book.model import (
    CHARGED_BACK,
    FAILED,
    OPEN,
    PAID,
    REFUNDED,
    REVERSED,
    SUCCEEDED,
    WELL,
    Payment,
)
from app.sandbox.provider.book.news import News
from app.sandbox.provider.book.shares import shared

PAYMENT: Final = "payment"
CAPTURE: Final = "capture"
CAPTURE_FAILED: Final = "capture_failed"
REFUND: Final = "refund"
REFUND_FAILED: Final = "refund_failed"
CHARGEBACK: Final = "chargeback"
CHARGEBACK_REVERSED: Final = "chargeback_reversed"
SHARE: Final = "share"
SHARE_FAILED: Final = "share_failed"
SHARE_BACK: Final = "share_back"
SHARE_BACK_FAILED: Final = "share_back_failed"
_IN: Final = frozenset(
    {PAYMENT, CAPTURE, REFUND_FAILED, CHARGEBACK_REVERSED, SHARE_FAILED, SHARE_BACK}
)
# What of a movement is not the merchant's moves the other way.
_SHARES: Final = {
    CAPTURE: SHARE,
    CAPTURE_FAILED: SHARE_FAILED,
    REFUND: SHARE_BACK,
    REFUND_FAILED: SHARE_BACK_FAILED,
}
_KINDS: Final = {
    (news.CAPTURE, SUCCEEDED): CAPTURE,
    (news.REFUND, REFUNDED): REFUND,
    (news.DISPUTE, CHARGED_BACK): CHARGEBACK,
    (news.DISPUTE, REVERSED): CHARGEBACK_REVERSED,
}
# What the sandbox takes: cents per movement, and of what came in a share in 1/10,000.
_FIXED_MINOR: Final = {PAYMENT: 25, CAPTURE: 25, REFUND: 25, CHARGEBACK: 2500}
_SHARE: Final = {"creditcard": 180, "scheme": 140, "applepay": 180, "googlepay": 140, "paypal": 290}

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS movement (
    seq INTEGER PRIMARY KEY, face TEXT NOT NULL, account TEXT NOT NULL, payment_id TEXT NOT NULL,
    part_id TEXT NOT NULL, kind TEXT NOT NULL, minor INTEGER NOT NULL, fee INTEGER NOT NULL,
    currency TEXT NOT NULL, at TEXT NOT NULL, settlement INTEGER);
CREATE INDEX IF NOT EXISTS movement_open ON movement (settlement, at);
CREATE INDEX IF NOT EXISTS movement_account ON movement (account, seq);
CREATE INDEX IF NOT EXISTS movement_payment ON movement (payment_id);
CREATE TABLE IF NOT EXISTS settlement (
    number INTEGER PRIMARY KEY, face TEXT NOT NULL, account TEXT NOT NULL,
    currency TEXT NOT NULL, minor INTEGER NOT NULL, at TEXT NOT NULL);
"""
_COLUMNS: Final = (
    "seq, face, account, payment_id, part_id, kind, at, settlement, currency, minor, fee"
)


@dataclass(frozen=True, slots=True)
class Movement:
    """
    A movement on a merchant's balance: *gross* in (or, negative, out), less the *fee*.

    *part_id* is the capture, refund or dispute, empty for a payment that was taken at once;
    *settlement* is the number of the payout that it was part of.
    """

    seq: int
    face: str
    account: str
    payment_id: str
    part_id: str
    kind: str
    gross: Money
    fee: Money
    at: datetime
    settlement: int | None = None

    @property
    def net(self) -> Money:
        """Return what the balance changed by."""
        return self.gross - self.fee


@dataclass(frozen=True, slots=True)
class Settlement:
    """A payout: what was on a merchant's balance at a moment."""

    number: int
    face: str
    account: str
    amount: Money
    at: datetime


def movements_of(payment: Payment, happened: Sequence[News], at: datetime) -> Iterator[Movement]:
    """Give what *happened* as movements on the balance; much of it moves nothing."""
    for what in happened:
        kind = _kind(what)
        if kind is None:
            continue
        amount = what.part.amount if what.part else payment.amount
        part_id = what.part.id if what.part else ""
        yield movement_of(payment, part_id, kind, amount, at)
        if what.part is not None and what.part.shares:
            yield movement_of(payment, part_id, _SHARES[kind], shared(what.part), at)


def movement_of(payment: Payment, part_id: str, kind: str, amount: Money, at: datetime) -> Movement:
    """Return a movement of *kind* on the balance of the payment's merchant."""
    return Movement(
        seq=0,
        face=payment.face,
        account=payment.account,
        payment_id=payment.id,
        part_id=part_id,
        kind=kind,
        gross=amount if kind in _IN else -amount,
        fee=fee_of(kind, payment.method or "", amount),
        at=at,
    )


def fee_of(kind: str, method: str, amount: Money) -> Money:
    """Return what the sandbox takes for a movement, rounded half up."""
    share = _SHARE.get(method, 0) if kind in (PAYMENT, CAPTURE) else 0
    minor = _FIXED_MINOR.get(kind, 0) + (amount.minor * share + 5000) // 10_000
    return Money(minor, amount.currency)


def _kind(what: News) -> str | None:
    if what.kind == news.PAYMENT:
        return PAYMENT if (what.was, what.now) == (OPEN, PAID) else None
    if what.was in WELL and what.now == FAILED:
        return CAPTURE_FAILED if what.kind == news.CAPTURE else REFUND_FAILED
    return _KINDS.get((what.kind, what.now))


class Movements:
    """The balances of the merchants."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        """Keep them in *sql*."""
        self._sql = sql

    def add(self, movement: Movement) -> None:
        """Keep a movement."""
        self._sql.execute(
            "INSERT INTO movement (face, account, payment_id, part_id, kind, minor, fee, currency,"
            " at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                movement.face,
                movement.account,
                movement.payment_id,
                movement.part_id,
                movement.kind,
                movement.gross.minor,
                movement.fee.minor,
                movement.gross.currency,
                movement.at.isoformat(),
            ),
        )

    def of_account(self, account: str) -> list[Movement]:
        """Return the movements of *account*, newest first."""
        return self._found("account = ? ORDER BY seq DESC", account)

    def of_payment(self, payment_id: str) -> list[Movement]:
        """Return the movements of a payment, oldest first."""
        return self._found("payment_id = ? ORDER BY seq", payment_id)

    def of_settlement(self, number: int) -> list[Movement]:
        """Return what a settlement consists of, oldest first."""
        return self._found("settlement = ? ORDER BY seq", number)

    def settle(self, before: datetime, account: str | None = None) -> list[Settlement]:
        """Pay out, per account, currency and day, what moved *before* and was not paid out."""
        rows = self._sql.execute(
            "SELECT face, account, currency, substr(at, 1, 10), sum(minor - fee), max(seq)"
            " FROM movement WHERE settlement IS NULL AND at < ? AND (? IS NULL OR account = ?)"
            " GROUP BY 1, 2, 3, 4 ORDER BY 4, 1, 2, 3",
            (before.isoformat(), account, account),
        ).fetchall()
        made = []
        for face, owner, currency, day, minor, newest in rows:
            number = self._sql.execute(
                "INSERT INTO settlement (face, account, currency, minor, at)"
                " VALUES (?, ?, ?, ?, ?)",
                (face, owner, currency, minor, before.isoformat()),
            ).lastrowid
            self._sql.execute(
                "UPDATE movement SET settlement = ? WHERE settlement IS NULL AND account = ?"
                " AND currency = ? AND substr(at, 1, 10) = ? AND seq <= ?",
                (number, owner, currency, day, newest),
            )
            made.append(Settlement(number or 0, face, owner, Money(minor, currency), before))
        return made

    def settlement(self, number: int) -> Settlement | None:
        """Return a settlement."""
        return next(iter(self._settlements("number = ?", number)), None)

    def settlements(self, account: str) -> list[Settlement]:
        """Return the settlements of *account*, newest first."""
        return self._settlements("account = ? ORDER BY number DESC", account)

    def _settlements(self, where: str, value: object) -> list[Settlement]:
        rows = self._sql.execute(
            f"SELECT number, face, account, minor, currency, at FROM settlement WHERE {where}",  # nosec B608  # noqa: S608
            (value,),
        )
        return [
            Settlement(
                row[0], row[1], row[2], Money(row[3], row[4]), datetime.fromisoformat(row[5])
            )
            for row in rows
        ]

    def _found(self, where: str, value: object) -> list[Movement]:
        rows = self._sql.execute(f"SELECT {_COLUMNS} FROM movement WHERE {where}", (value,))  # nosec B608  # noqa: S608
        return [_movement(row) for row in rows]


def _movement(row: tuple[int, str, str, str, str, str, str, int | None, str, int, int]) -> Movement:
    seq, face, account, payment_id, part_id, kind, at, settlement, currency, minor, fee = row
    return Movement(
        seq=seq,
        face=face,
        account=account,
        payment_id=payment_id,
        part_id=part_id,
        kind=kind,
        gross=Money(minor, currency),
        fee=Money(fee, currency),
        at=datetime.fromisoformat(at),
        settlement=settlement,
    )
