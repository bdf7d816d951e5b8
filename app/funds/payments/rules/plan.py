"""What has to be asked of the provider next, and when the payment has to be looked at again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from app.funds.payments.model import (
    AWAITED,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PaymentStatus,
)
from app.funds.payments.providers.capabilities import shortest_hold
from app.funds.payments.sharing.rules import is_refused_share, may_ask, share_of, to_route
from app.kernel.money import Money

ABANDONED_AFTER = timedelta(minutes=15)
# A call that was begun has this long to answer before anyone asks what became of it.
CALL_TIMEOUT = timedelta(seconds=30)
# Payments note, section 3: how often an unknown outcome is looked for.
UNKNOWN_AFTER = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
# A person looks at what is unknown for longer: see docs/how-to/go-live.md.
UNKNOWN_REPORTED_AFTER = timedelta(days=1)
# A webhook can be lost: an open checkout is also read now and then.
OPEN_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
    ABANDONED_AFTER,
    timedelta(hours=1),
    timedelta(hours=6),
)
DAY = timedelta(days=1)
# Payments note, section 2: the earlier of the provider's deadline and five days, less a day.
LONGEST_HOLD = timedelta(days=5)
HOLD_MARGIN = timedelta(days=1)


def plan(payment: Payment, now: datetime) -> tuple[Payment, Operation | None]:
    """
    Return the payment with the one operation that its goal needs next, or None when none does.

    One operation at a time: as long as the outcome of one is unknown, nothing else is asked.
    """
    if payment.is_waiting:
        return payment, None
    wanted = _more(payment) if payment.keep is None else _wanted(payment, payment.keep)
    if wanted is None:
        return payment, None
    kind, amount = wanted
    operation = new_operation(payment, kind, amount, now)
    operation = replace(operation, share=share_of(payment, kind, amount))
    return payment.with_operation(operation), operation


def new_operation(
    payment: Payment, kind: OperationKind, amount: Money | None, now: datetime
) -> Operation:
    """Return an operation whose id follows from the payment and its place: it can't come twice."""
    number = len(payment.operations)
    operation_id = operation_id_of(payment.payment_id, number, kind)
    return Operation(
        operation_id=operation_id,
        number=number,
        kind=kind,
        key=key_of(operation_id),
        state=OperationState.CREATED,
        created_at=now,
        amount=amount,
    )


def operation_id_of(payment_id: UUID, number: int, kind: OperationKind) -> UUID:
    """Return the id of a payment's operation in the place *number*; the start is number 0."""
    return uuid5(payment_id, f"{number}:{kind}")


def key_of(operation_id: UUID) -> str:
    """Return the idempotency key of an operation, the same for ever."""
    return str(uuid5(operation_id, "idempotency-key"))


_Wanted = tuple[OperationKind, Money | None] | None


def _wanted(payment: Payment, keep: Money) -> _Wanted:
    match payment.status:
        case PaymentStatus.OPEN | PaymentStatus.PENDING if payment.abandoned or not keep:
            return _once(payment, OperationKind.CANCEL, None)
        case PaymentStatus.AUTHORISED if payment.captured < keep:
            return _once(payment, OperationKind.CAPTURE, keep - payment.captured)
        case PaymentStatus.AUTHORISED if payment.held:
            return _once(payment, OperationKind.RELEASE, payment.held)
        case PaymentStatus.PAID if payment.captured - payment.refunded > keep:
            return _refund(payment, payment.captured - payment.refunded - keep)
        case PaymentStatus.PAID:
            return _rest_of_hold(payment, keep) or _route(payment)
        case _:
            return None


def _more(payment: Payment) -> _Wanted:
    """Ask once for each amount that a hold is to grow to, as long as the session runs."""
    wish = payment.wished
    if wish is None or payment.status is not PaymentStatus.AUTHORISED or wish <= payment.limit:
        return None
    asked = {raised.amount for raised in payment.of_kind(OperationKind.RAISE)}
    return None if wish in asked else (OperationKind.RAISE, wish)


def _refund(payment: Payment, amount: Money) -> _Wanted:
    refunds = payment.of_kind(OperationKind.REFUND)
    declined = [refund for refund in refunds if refund.state is OperationState.DECLINED]
    if not all(is_refused_share(refund) for refund in declined):
        return None  # it is on the work list: a person finds another way
    return OperationKind.REFUND, amount


def _route(payment: Payment) -> _Wanted:
    amount = to_route(payment)
    return None if amount is None else (OperationKind.ROUTE, amount)


def _rest_of_hold(payment: Payment, keep: Money) -> _Wanted:
    # Mollie calls a hold paid after a partial capture, whether the rest is still held or not.
    rest = payment.limit - payment.captured
    if not rest or payment.captured < keep or not payment.of_kind(OperationKind.CAPTURE):
        return None
    return _once(payment, OperationKind.RELEASE, rest)


def _once(payment: Payment, kind: OperationKind, amount: Money | None) -> _Wanted:
    return (kind, amount) if may_ask(payment, kind) else None


def hold_deadline(payment: Payment) -> datetime:
    """
    Return when a hold has to be captured at the latest, a day before it may be gone.

    That is what its provider says, and no later than what its method surely lasts anywhere.
    """
    longest = payment.opened_at + min(LONGEST_HOLD, shortest_hold(payment.method) or LONGEST_HOLD)
    return min(payment.capture_before or longest, longest) - HOLD_MARGIN


def next_check(payment: Payment, now: datetime) -> datetime | None:
    """Return when to look at the payment though nothing came, or None: it is at rest."""
    if payment.is_in_house:
        return None  # whatever happens to it happens in our own transactions
    instants = [_operation_check(operation, now) for operation in payment.operations]
    instants.append(_status_check(payment, now))
    return min((instant for instant in instants if instant is not None), default=None)


def _operation_check(operation: Operation, now: datetime) -> datetime | None:
    match operation.state:
        case OperationState.SUCCEEDED | OperationState.DECLINED:
            return None
        case OperationState.CREATED:
            return max(operation.created_at, now) + CALL_TIMEOUT
        case OperationState.SENT:
            return max((operation.sent_at or operation.created_at) + CALL_TIMEOUT, now)
        case _:
            return next_step(operation.sent_at or operation.created_at, UNKNOWN_AFTER, now)


def _status_check(payment: Payment, now: datetime) -> datetime | None:
    if payment.status in AWAITED:
        return next_step(payment.opened_at, OPEN_AFTER, now)
    if payment.status is PaymentStatus.AUTHORISED:
        deadline = hold_deadline(payment)
        return deadline if now < deadline else next_step(deadline, (HOLD_MARGIN,), now)
    return None


def next_step(since: datetime, steps: Sequence[timedelta], now: datetime) -> datetime:
    """Return the first of the *steps* after *since* that is still to come, then one a day."""
    for step in steps:
        if since + step > now:
            return since + step
    days = (now - since - steps[-1]) // DAY + 1
    return since + steps[-1] + days * DAY
