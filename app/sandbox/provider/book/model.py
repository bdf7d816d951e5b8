"""A payment of the sandbox, and what may happen to it: pure, with the time handed in."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from app.kernel.money import Money

OPEN: Final = "open"
AUTHORISED: Final = "authorized"
PAID: Final = "paid"
CANCELLED: Final = "canceled"
EXPIRED: Final = "expired"
FAILED: Final = "failed"

PENDING: Final = "pending"
SUCCEEDED: Final = "succeeded"
REFUNDED: Final = "refunded"
WELL: Final = frozenset({SUCCEEDED, REFUNDED})

NOTIFIED: Final = "notified"
CHARGED_BACK: Final = "charged_back"
REVERSED: Final = "reversed"

# A card that is only read is a payment of nothing, which ends without money.
CARD_READ: Final = "card"


class Refusal(Exception):
    """The sandbox says no, with an HTTP status, the wrong field (Mollie) or a code (Adyen)."""

    def __init__(
        self, status: int, detail: str, field: str | None = None, *, code: str = ""
    ) -> None:
        """Keep what the answer must say."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class Part:
    """
    A capture, a refund, another change of a payment, or a dispute about it.

    It comes through at *due_at*, well or (when *fails*) badly; one that went well may still fail
    at *fails_at*. *reference* is the merchant's, *reason* says why it failed. *kind* tells changes
    apart: `cancel`, `reversal` or `raise`. A dispute that was won ended at *ended_at*. *shares* are
    others than the merchant with what a capture gives them, or a refund takes back from them.
    """

    id: str
    amount: Money
    status: str
    created_at: datetime
    due_at: datetime
    description: str = ""
    metadata: object = None
    fails: bool = False
    fails_at: datetime | None = None
    kind: str = ""
    reference: str = ""
    reason: str = ""
    ended_at: datetime | None = None
    shares: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """
    A payment; *account* is the merchant, *token* names its page, *face* the API it came by.

    *session* is the name of the session that leads to it and *reference* the merchant's own name
    (Adyen). *shopper* is the customer, *keeps* says that the way to pay is to be stored, *stored*
    names the stored one. *secured* tells that the bank asked the driver (3-D Secure). *terminal*
    is where the card is tapped, *card* its last four digits.
    """

    id: str
    account: str
    token: str
    created_at: datetime
    expires_at: datetime
    amount: Money
    description: str
    redirect_url: str
    webhook_url: str | None
    method: str | None
    capture_mode: str
    locale: str | None
    metadata: object
    status: str = OPEN
    status_at: datetime | None = None
    authorised_at: datetime | None = None
    capture_before: datetime | None = None
    failure_reason: str | None = None
    captures: tuple[Part, ...] = ()
    refunds: tuple[Part, ...] = ()
    history: tuple[tuple[datetime, str], ...] = ()
    face: str = "mollie"
    session: str | None = None
    reference: str = ""
    choices: tuple[str, ...] = ()
    single_capture: bool = False
    changes: tuple[Part, ...] = ()
    disputes: tuple[Part, ...] = ()
    shopper: str | None = None
    keeps: bool = False
    stored: str | None = None
    sequence: str = "oneoff"
    secured: bool = False
    terminal: str | None = None
    card: str = "1234"

    def was_authorised(self) -> bool:
        """Tell whether the driver's bank ever said yes."""
        return self.authorised_at is not None

    def captured(self) -> Money:
        """Return what was really taken."""
        if self.capture_mode == "manual":
            return _total(self.captures, self.amount, {SUCCEEDED})
        return self.amount if self.status == PAID else Money.zero(self.amount.currency)

    def refunded(self) -> Money:
        """Return what went back or is on its way back."""
        return _total(self.refunds, self.amount, {PENDING, REFUNDED})

    def charged_back(self) -> Money:
        """Return what the driver's bank took back and did not return."""
        return _total(self.disputes, self.amount, {CHARGED_BACK})

    def holdable(self) -> Money:
        """Return what may still be captured, without the captures under way."""
        return self.amount - _total(self.captures, self.amount, {PENDING, SUCCEEDED})

    def parts(self) -> tuple[Part, ...]:
        """Return everything that happened to the money."""
        return (*self.captures, *self.refunds, *self.changes, *self.disputes)

    def next_at(self) -> datetime | None:
        """Return when time alone will change this payment."""
        times = [part.due_at for part in self.parts() if part.status == PENDING]
        times += [part.fails_at for part in self.parts() if part.fails_at and part.status in WELL]
        if self.status == OPEN:
            times.append(self.expires_at)
        if self.status == AUTHORISED and self.capture_before is not None:
            times.append(self.capture_before)
        return min(times, default=None)


def _total(parts: tuple[Part, ...], like: Money, statuses: set[str]) -> Money:
    return Money(sum(p.amount.minor for p in parts if p.status in statuses), like.currency)


def noted(payment: Payment, now: datetime, note: str) -> Payment:
    """Return *payment* with a line in its history."""
    return replace(payment, history=(*payment.history, (now, note)))


def moved(payment: Payment, status: str, now: datetime, note: str = "") -> Payment:
    """Return *payment* in *status*, with a line in its history."""
    return noted(replace(payment, status=status, status_at=now), now, note or status)


def must_be(payment: Payment, *statuses: str) -> None:
    """Raise Refusal unless the payment is in one of *statuses*."""
    if payment.status not in statuses:
        raise Refusal(422, f"The payment is {payment.status}, not {' or '.join(statuses)}")
