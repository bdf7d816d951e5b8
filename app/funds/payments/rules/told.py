"""What a change of a payment tells to others: once for each thing that happened."""

from collections.abc import Iterator

from app.funds.payments.events import (
    PaymentCollected,
    PaymentFailed,
    PaymentNotRaised,
    PaymentOpened,
    PaymentRaised,
    PaymentReturned,
    PaymentSecured,
    Why,
)
from app.funds.payments.model import (
    AWAITED,
    SECURED,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PaymentStatus,
)
from app.kernel.events import Event


def told(before: Payment, after: Payment, *, by_us: bool) -> Iterator[Event]:
    """
    Yield the events of a change; *by_us* is one that was decided here.

    Who decides what stays is not told what they decided.
    """
    payment_id = after.payment_id
    if after.status is PaymentStatus.OPEN and before.status is PaymentStatus.CREATED:
        yield PaymentOpened(payment_id)
    if after.keep and _is_kept_whole(after) and _is_news(before, after):
        yield PaymentCollected(payment_id)
    if after.status in SECURED and before.status not in SECURED:
        yield PaymentSecured(payment_id, after.origin)
    why = _why_failed(before, after)
    if why is not None and not by_us:
        yield PaymentFailed(payment_id, why)
    yield from _told_of_raise(before, after)
    for old, new in operations(before, after):
        if new.kind is OperationKind.CAPTURE and reached(old, new, OperationState.SUCCEEDED):
            yield PaymentCollected(payment_id)
        if new.kind in (OperationKind.RELEASE, OperationKind.REFUND) and (
            new.is_taken and (old is None or not old.is_taken)
        ):
            yield PaymentReturned(payment_id)


def _told_of_raise(before: Payment, after: Payment) -> Iterator[Event]:
    if after.limit > before.limit:
        yield PaymentRaised(after.payment_id, after.limit - before.limit)
    for old, new in operations(before, after):
        if new.kind is OperationKind.RAISE and reached(old, new, OperationState.DECLINED):
            yield PaymentNotRaised(after.payment_id)


def _is_news(before: Payment, after: Payment) -> bool:
    """Tell whether a price that needs no capture was decided, or paid, just now."""
    just_paid = before.status in AWAITED and not after.of_kind(OperationKind.CAPTURE)
    return before.keep is None or just_paid


def _is_kept_whole(payment: Payment) -> bool:
    return (
        payment.status is PaymentStatus.PAID and payment.captured - payment.refunded == payment.keep
    )


def _why_failed(before: Payment, after: Payment) -> Why | None:
    if before.abandoned or before.status not in AWAITED:
        return None
    if after.abandoned or after.status is PaymentStatus.EXPIRED:
        return Why.EXPIRED
    if after.status is PaymentStatus.CANCELLED:
        return Why.CANCELLED
    return Why.DECLINED if after.status is PaymentStatus.FAILED else None


def operations(before: Payment, after: Payment) -> Iterator[tuple[Operation | None, Operation]]:
    """Yield the operations after a change, each with what it was before it."""
    known = {operation.operation_id: operation for operation in before.operations}
    for operation in after.operations:
        yield known.get(operation.operation_id), operation


def reached(old: Operation | None, new: Operation, state: OperationState) -> bool:
    """Tell whether an operation came to be in *state* with this change."""
    return new.state is state and (old is None or old.state is not state)
