"""What may happen to a payment of the sandbox: pure, with the time handed in."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.sandbox.provider.book.methods import Method
from app.sandbox.provider.book.model import (
    AUTHORISED,
    CANCELLED,
    CHARGED_BACK,
    EXPIRED,
    FAILED,
    NOTIFIED,
    OPEN,
    PAID,
    PENDING,
    REFUNDED,
    REVERSED,
    SUCCEEDED,
    WELL,
    Part,
    Payment,
    Refusal,
    moved,
    must_be,
    noted,
)


def approve(payment: Payment, method: Method, now: datetime, *, secured: bool = False) -> Payment:
    """Let the driver pay with *method*: authorised when it holds, else paid."""
    must_be(payment, OPEN)
    chosen = replace(payment, method=method.id, secured=secured)
    if payment.capture_mode == "manual" and method.holds:
        before = now + timedelta(days=method.hold_days)
        single = payment.single_capture or not method.multiple
        held = replace(chosen, authorised_at=now, capture_before=before, single_capture=single)
        return moved(held, AUTHORISED, now)
    return moved(replace(chosen, capture_mode="automatic", authorised_at=now), PAID, now)


def decline(payment: Payment, now: datetime, reason: str = "insufficient_funds") -> Payment:
    """Let the driver's bank refuse."""
    must_be(payment, OPEN)
    return replace(moved(payment, FAILED, now), failure_reason=reason)


def fail_authentication(payment: Payment, now: datetime) -> Payment:
    """Let the driver fail at their bank's 3-D Secure page."""
    return decline(payment, now, "authentication_failed")


def cancel(payment: Payment, now: datetime) -> Payment:
    """Cancel a payment that is open, or drop a hold that nothing was taken from."""
    if payment.status == AUTHORISED and not payment.captures:
        return moved(payment, CANCELLED, now)
    must_be(payment, OPEN)
    return moved(payment, CANCELLED, now)


def expire(payment: Payment, now: datetime) -> Payment:
    """Let an open payment or a hold lapse; a hold that was partly captured is paid."""
    must_be(payment, OPEN, AUTHORISED)
    return moved(payment, PAID if payment.captured() else EXPIRED, now, "expired")


def capture(payment: Payment, part: Part, now: datetime) -> Payment:
    """Begin to take *part* from a hold."""
    must_be(payment, AUTHORISED)
    if part.amount.minor <= 0 or part.amount > payment.holdable():
        raise Refusal(422, f"The amount must be between 0 and {payment.holdable()}", "amount")
    kept = replace(payment, captures=(*payment.captures, part))
    return noted(kept, now, f"capture {part.amount}")


def refund(payment: Payment, part: Part, now: datetime) -> Payment:
    """Begin to give *part* back."""
    left = payment.captured() - payment.refunded() - payment.charged_back()
    if part.amount.minor <= 0 or part.amount > left:
        raise Refusal(422, f"The amount is higher than the maximum of {left}", "amount")
    kept = replace(payment, refunds=(*payment.refunds, part))
    return noted(kept, now, f"refund {part.amount}")


def release(payment: Payment, now: datetime) -> Payment:
    """Give back what is still held: paid when something was taken, else cancelled."""
    must_be(payment, AUTHORISED)
    return moved(payment, PAID if payment.captured() else CANCELLED, now, "release")


def adjust(payment: Payment, part: Part, now: datetime) -> Payment:
    """Begin to change the hold to the amount of *part*."""
    must_be(payment, AUTHORISED)
    if part.amount.minor <= 0 or part.amount < payment.amount - payment.holdable():
        raise Refusal(422, "The amount is lower than what was captured", "amount")
    return noted(replace(payment, changes=(*payment.changes, part)), now, f"raise to {part.amount}")


def dispute(payment: Payment, part: Part, now: datetime) -> Payment:
    """Let the driver complain at their bank about what was taken and not given back."""
    left = payment.captured() - payment.refunded() - payment.charged_back()
    if left.minor <= 0 or any(known.status == NOTIFIED for known in payment.disputes):
        raise Refusal(422, "There is nothing to dispute")
    made = replace(part, amount=left, status=NOTIFIED)
    return noted(replace(payment, disputes=(*payment.disputes, made)), now, f"dispute {left}")


def charge_back(payment: Payment, now: datetime) -> Payment:
    """Let the driver's bank take the disputed money back."""
    return _disputed(payment, NOTIFIED, CHARGED_BACK, now)


def reverse_chargeback(payment: Payment, now: datetime) -> Payment:
    """Let the merchant win: the money comes back."""
    return _disputed(payment, CHARGED_BACK, REVERSED, now)


def _disputed(payment: Payment, was: str, status: str, now: datetime) -> Payment:
    if not any(part.status == was for part in payment.disputes):
        raise Refusal(422, f"There is no dispute that is {was}")
    parts = tuple(
        replace(part, status=status, ended_at=now) if part.status == was else part
        for part in payment.disputes
    )
    return noted(replace(payment, disputes=parts), now, status.replace("_", " "))


def settle(payment: Payment, now: datetime, *, single_capture: bool) -> Payment:
    """Let the time up to *now* do its work: parts come through, payments and holds expire."""
    payment = _undone(_came_through(payment, now), now)
    all_taken = payment.captured() == payment.amount
    single = single_capture or payment.single_capture
    if payment.status == AUTHORISED and payment.captured() and (single or all_taken):
        return moved(payment, PAID, now)
    if payment.status == OPEN and now >= payment.expires_at:
        return expire(payment, now)
    if payment.status == AUTHORISED and payment.capture_before and now >= payment.capture_before:
        return expire(payment, now)
    return payment


def _came_through(payment: Payment, now: datetime) -> Payment:
    changes = tuple(_settled(part, now, SUCCEEDED) for part in payment.changes)
    raised = [
        new.amount
        for old, new in zip(payment.changes, changes, strict=True)
        if new.kind == "raise" and old.status == PENDING and new.status == SUCCEEDED
    ]
    return replace(
        payment,
        amount=raised[-1] if raised else payment.amount,
        captures=tuple(_settled(part, now, SUCCEEDED) for part in payment.captures),
        refunds=tuple(_settled(part, now, REFUNDED) for part in payment.refunds),
        changes=changes,
    )


def _undone(payment: Payment, now: datetime) -> Payment:
    """Let parts fail that had gone well; a hold whose captures all failed is a hold again."""
    after = replace(
        payment,
        captures=tuple(_failed_late(part, now) for part in payment.captures),
        refunds=tuple(_failed_late(part, now) for part in payment.refunds),
    )
    if after == payment:
        return payment
    after = noted(after, now, "failed after all")
    if after.status == PAID and after.capture_mode == "manual" and not after.captured():
        return moved(after, AUTHORISED, now, "held again")
    return after


def _settled(part: Part, now: datetime, well: str) -> Part:
    if part.status != PENDING or now < part.due_at:
        return part
    if part.fails:
        return replace(part, status=FAILED, reason=part.reason or "Refused by the bank")
    return replace(part, status=well)


def _failed_late(part: Part, now: datetime) -> Part:
    if part.fails_at is None or part.status not in WELL or now < part.fails_at:
        return part
    return replace(part, status=FAILED, reason="Failed after all")
