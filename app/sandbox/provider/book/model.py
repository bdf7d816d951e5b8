"""A payment of the sandbox, and what may happen to it: pure, with the time handed in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from app.kernel.money import Money
from app.sandbox.provider.book.methods import METHODS

OPEN: Final = "open"
AUTHORISED: Final = "authorized"
PAID: Final = "paid"
CANCELLED: Final = "canceled"
EXPIRED: Final = "expired"
FAILED: Final = "failed"

PENDING: Final = "pending"
SUCCEEDED: Final = "succeeded"
REFUNDED: Final = "refunded"


class Refusal(Exception):
    """The sandbox says no, with an HTTP status and perhaps the field that is wrong."""

    def __init__(self, status: int, detail: str, field: str | None = None) -> None:
        """Keep what the answer must say."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.field = field


@dataclass(frozen=True, slots=True)
class Part:
    """A capture or a refund; it settles at *due_at*, well or (when *fails*) badly."""

    id: str
    amount: Money
    status: str
    created_at: datetime
    due_at: datetime
    description: str = ""
    metadata: object = None
    fails: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment; *account* is the digest of the key that made it, *token* names its page."""

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

    def captured(self) -> Money:
        """Return what was really taken."""
        if self.capture_mode == "manual":
            return _total(self.captures, self.amount, {SUCCEEDED})
        return self.amount if self.status == PAID else Money.zero(self.amount.currency)

    def refunded(self) -> Money:
        """Return what went back or is on its way back."""
        return _total(self.refunds, self.amount, {PENDING, REFUNDED})

    def holdable(self) -> Money:
        """Return what may still be captured, without the captures under way."""
        return self.amount - _total(self.captures, self.amount, {PENDING, SUCCEEDED})

    def is_moving(self) -> bool:
        """Tell whether time alone may change this payment."""
        parts = (*self.captures, *self.refunds)
        return self.status in (OPEN, AUTHORISED) or any(p.status == PENDING for p in parts)


def _total(parts: tuple[Part, ...], like: Money, statuses: set[str]) -> Money:
    return Money(sum(p.amount.minor for p in parts if p.status in statuses), like.currency)


def moved(payment: Payment, status: str, now: datetime, note: str = "") -> Payment:
    """Return *payment* in *status*, with a line in its history."""
    line = (now, note or status)
    return replace(payment, status=status, status_at=now, history=(*payment.history, line))


def approve(payment: Payment, method: str, now: datetime) -> Payment:
    """Let the driver pay with *method*: authorised when it holds, else paid."""
    _must_be(payment, OPEN)
    chosen = METHODS[method]
    if payment.capture_mode == "manual" and chosen.holds:
        held = moved(replace(payment, method=method), AUTHORISED, now)
        before = now + timedelta(days=chosen.hold_days)
        return replace(held, authorised_at=now, capture_before=before)
    return moved(replace(payment, method=method, capture_mode="automatic"), PAID, now)


def decline(payment: Payment, now: datetime) -> Payment:
    """Let the driver's bank refuse."""
    _must_be(payment, OPEN)
    return replace(moved(payment, FAILED, now), failure_reason="insufficient_funds")


def cancel(payment: Payment, now: datetime) -> Payment:
    """Cancel a payment that is open, or drop a hold that nothing was taken from."""
    if payment.status == AUTHORISED and not payment.captures:
        return moved(payment, CANCELLED, now)
    _must_be(payment, OPEN)
    return moved(payment, CANCELLED, now)


def expire(payment: Payment, now: datetime) -> Payment:
    """Let an open payment or a hold lapse; a hold that was partly captured is paid."""
    _must_be(payment, OPEN, AUTHORISED)
    return moved(payment, PAID if payment.captured() else EXPIRED, now, "expired")


def capture(payment: Payment, part: Part, now: datetime) -> Payment:
    """Begin to take *part* from a hold."""
    _must_be(payment, AUTHORISED)
    if part.amount.minor <= 0 or part.amount > payment.holdable():
        raise Refusal(422, f"The amount must be between 0 and {payment.holdable()}", "amount")
    line = (now, f"capture {part.amount}")
    return replace(payment, captures=(*payment.captures, part), history=(*payment.history, line))


def refund(payment: Payment, part: Part, now: datetime) -> Payment:
    """Begin to give *part* back."""
    left = payment.captured() - payment.refunded()
    if part.amount.minor <= 0 or part.amount > left:
        raise Refusal(422, f"The amount is higher than the maximum of {left}", "amount")
    line = (now, f"refund {part.amount}")
    return replace(payment, refunds=(*payment.refunds, part), history=(*payment.history, line))


def release(payment: Payment, now: datetime) -> Payment:
    """Give back what is still held: paid when something was taken, else cancelled."""
    _must_be(payment, AUTHORISED)
    return moved(payment, PAID if payment.captured() else CANCELLED, now, "release")


def settle(payment: Payment, now: datetime, *, single_capture: bool) -> Payment:
    """Let the time up to *now* do its work: parts come through, payments and holds expire."""
    payment = replace(
        payment,
        captures=tuple(_settled(part, now, SUCCEEDED) for part in payment.captures),
        refunds=tuple(_settled(part, now, REFUNDED) for part in payment.refunds),
    )
    all_taken = payment.captured() == payment.amount
    if payment.status == AUTHORISED and payment.captured() and (single_capture or all_taken):
        return moved(payment, PAID, now)
    if payment.status == OPEN and now >= payment.expires_at:
        return expire(payment, now)
    if payment.status == AUTHORISED and payment.capture_before and now >= payment.capture_before:
        return expire(payment, now)
    return payment


def _settled(part: Part, now: datetime, well: str) -> Part:
    if part.status != PENDING or now < part.due_at:
        return part
    return replace(part, status=FAILED if part.fails else well)


def _must_be(payment: Payment, *statuses: str) -> None:
    if payment.status not in statuses:
        raise Refusal(422, f"The payment is {payment.status}, not {' or '.join(statuses)}")
