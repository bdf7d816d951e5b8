"""The payment as a pure state machine: what news makes of it, and what follows from that."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from app.funds.payments.errors import AmountNotPossible
from app.funds.payments.events import (
    Trouble,
)
from app.funds.payments.model import (
    AWAITED,
    ENDED,
    SECURED,
    UNTRIED,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PaymentStatus,
)
from app.funds.payments.ports import Origin, Snapshot
from app.funds.payments.rules.fold import apply, fits
from app.funds.payments.rules.news import (
    Answered,
    HoldWished,
    KeepDecided,
    News,
    Observed,
    Sending,
    TimePassed,
)
from app.funds.payments.rules.outcomes import answered, observed
from app.funds.payments.rules.plan import (
    ABANDONED_AFTER,
    UNKNOWN_REPORTED_AFTER,
    hold_deadline,
    plan,
)
from app.funds.payments.rules.told import operations, reached, told
from app.funds.payments.sharing.model import Sharing
from app.funds.payments.sharing.rules import is_refused_share
from app.kernel.events import Event
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Tell:
    """Emit *event*."""

    event: Event


@dataclass(frozen=True, slots=True)
class Perform:
    """Send this operation to the provider, in a job of its own."""

    operation_id: UUID


@dataclass(frozen=True, slots=True)
class Report:
    """Put the payment on the work list, once per reason and operation."""

    trouble: Trouble
    amount: Money
    detail: str
    operation_id: UUID | None = None


Effect = Tell | Perform | Report
Decision = tuple[Payment, tuple[Effect, ...]]


def decide(payment: Payment, news: News, now: datetime) -> Decision:
    """
    Return the payment after *news*, and what follows from the change, in order.

    Pure. News that is old or repeated changes nothing and has no effect. Raises AmountNotPossible
    when more is to be kept than there is.
    """
    if isinstance(news, Observed) and not fits(payment, news.snapshot):
        return payment, _stranger(payment, news.snapshot)
    changed = _changed(payment, news, now)
    effects: list[Effect] = [*_told(payment, changed, news), *_reported(payment, changed, now)]
    if not isinstance(news, Sending):
        changed, operation = plan(changed, now)
        if operation is not None:
            effects.append(Perform(operation.operation_id))
    return changed, tuple(effects)


def _changed(payment: Payment, news: News, now: datetime) -> Payment:
    match news:
        case Sending(operation_id):
            return payment.with_operation(_sent(payment.operation(operation_id), now))
        case Answered(operation_id, outcome):
            return answered(payment, payment.operation(operation_id), outcome)
        case Observed(snapshot):
            return observed(apply(payment, snapshot))
        case KeepDecided(keep, sharing):
            return _with_keep(payment, keep, sharing or payment.sharing)
        case HoldWished(amount):
            return replace(payment, wished=max(amount, payment.wished or amount))
        case TimePassed():
            return _abandoned(payment, now)
        case _:
            assert_never(news)


def _sent(operation: Operation, now: datetime) -> Operation:
    if not operation.is_unresolved:
        return operation
    return replace(
        operation,
        state=OperationState.SENT,
        attempts=operation.attempts + 1,
        sent_at=operation.sent_at or now,
    )


def _with_keep(payment: Payment, keep: Money, sharing: Sharing | None) -> Payment:
    """Set the goal; it can only fall, and a start that was never tried is not made any more."""
    most = payment.limit if payment.keep is None else payment.keep
    if keep > most or keep < Money.zero(keep.currency):
        msg = f"{keep} of {most} can't stay"
        raise AmountNotPossible(msg, payment_id=payment.payment_id)
    payment = replace(payment, keep=keep, sharing=sharing and sharing.at_most(keep))
    return payment if keep else _withdrawn(payment)


def _withdrawn(payment: Payment) -> Payment:
    for start in payment.of_kind(OperationKind.START):
        if payment.status is PaymentStatus.CREATED and start.state in UNTRIED:
            dropped = replace(
                start, state=OperationState.DECLINED, detail="withdrawn, never sent", order=None
            )
            payment = replace(payment, status=PaymentStatus.CANCELLED).with_operation(dropped)
    return payment


def _abandoned(payment: Payment, now: datetime) -> Payment:
    """
    Give up a driver who did not pay in time; a price that was decided stays owed.

    Nobody is waited for where a kept means is charged: only its provider can tell how that went.
    """
    if payment.origin is Origin.KEPT_MEANS:
        return payment
    young = now < payment.opened_at + ABANDONED_AFTER
    decided_to_go_back = payment.keep is not None and not payment.keep
    if payment.status not in AWAITED or young or decided_to_go_back:
        return payment
    keep = payment.keep or Money.zero(payment.amount.currency)
    return _withdrawn(replace(payment, abandoned=True, keep=keep))


def _stranger(payment: Payment, snapshot: Snapshot) -> tuple[Effect, ...]:
    """Report what is not this payment. A second start that nobody paid harms nobody."""
    if payment.provider_ref in (None, snapshot.provider_ref):
        detail = f"{snapshot.provider_ref}: {payment.amount} was ordered"
        return (Report(Trouble.AMOUNT_DIFFERS, snapshot.amount, detail),)
    if PaymentStatus(snapshot.status.value) not in SECURED:
        return ()
    detail = f"{snapshot.provider_ref} carries the reference of {payment.provider_ref}"
    return (Report(Trouble.PAID_TWICE, snapshot.amount, detail),)


def _told(before: Payment, after: Payment, news: News) -> Iterator[Tell]:
    for event in told(before, after, by_us=isinstance(news, KeepDecided)):
        yield Tell(event)


def _reported(before: Payment, after: Payment, now: datetime) -> Iterator[Report]:
    for old, new in operations(before, after):
        trouble = Trouble.SHARE_REFUSED if is_refused_share(new) else _TROUBLES.get(new.kind)
        if trouble is not None and reached(old, new, OperationState.DECLINED):
            amount = new.amount or after.amount
            yield Report(trouble, amount, new.detail or "", new.operation_id)
        if _is_long_unknown(new, now) or (after.is_outside and _is_long_untold(new, now)):
            amount = new.amount or after.amount
            yield Report(Trouble.OUTCOME_UNKNOWN, amount, new.detail or "", new.operation_id)
    if after.keep is None and before.status is PaymentStatus.AUTHORISED and after.status in ENDED:
        yield Report(Trouble.HOLD_LOST, after.amount, f"the hold is {after.status}")
    was_secured = before.status not in AWAITED
    if after.keep and was_secured and _is_lost(after) and not (before.keep and _is_lost(before)):
        yield Report(Trouble.CAPTURE_FAILED, after.keep, f"the payment is {after.status}")
    if after.status is PaymentStatus.AUTHORISED and now >= hold_deadline(after):
        yield Report(Trouble.HOLD_ENDING, after.held, f"capture before {after.capture_before}")


def _is_long_unknown(operation: Operation, now: datetime) -> bool:
    """Tell whether nobody knows for a day what came of an order that may have arrived."""
    perhaps_sent = operation.is_unresolved and operation.attempts and operation.sent_at
    return bool(perhaps_sent and now >= perhaps_sent + UNKNOWN_REPORTED_AFTER)


def _is_long_untold(operation: Operation, now: datetime) -> bool:
    """Tell whether whoever settles it has told nothing of an order for a day."""
    is_open = operation.state is OperationState.PENDING
    return is_open and now >= operation.created_at + UNKNOWN_REPORTED_AFTER


def _is_lost(payment: Payment) -> bool:
    return payment.status in ENDED and not payment.of_kind(OperationKind.CAPTURE)


_TROUBLES = {
    OperationKind.CAPTURE: Trouble.CAPTURE_FAILED,
    OperationKind.RELEASE: Trouble.RELEASE_FAILED,
    OperationKind.REFUND: Trouble.REFUND_FAILED,
}
