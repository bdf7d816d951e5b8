"""What an answer, or a reading, says about the operations of a payment."""

from dataclasses import replace
from typing import assert_never

from app.funds.payments.model import (
    ENDED,
    SECURED,
    Operation,
    OperationKind,
    OperationState,
    PartKind,
    Payment,
    PaymentStatus,
    SeenPart,
)
from app.funds.payments.ports import Accepted, Declined, NotSent, Outcome, PartStatus, Unknown

_PART_KINDS = {OperationKind.CAPTURE: PartKind.CAPTURE, OperationKind.REFUND: PartKind.REFUND}
_PART_STATES = {
    PartStatus.PENDING: OperationState.PENDING,
    PartStatus.SUCCEEDED: OperationState.SUCCEEDED,
    PartStatus.FAILED: OperationState.DECLINED,
    PartStatus.CANCELLED: OperationState.DECLINED,
}


def answered(payment: Payment, operation: Operation, outcome: Outcome) -> Payment:
    """Return *payment* after the provider answered *operation*; what is resolved stays so."""
    if not operation.is_unresolved:
        return payment
    if _may_be_taken_elsewhere(operation, outcome):
        return _elsewhere(payment, operation)
    match outcome:
        case Accepted():
            return _accepted(payment, operation, outcome)
        case Declined():
            return _declined(payment, operation, f"{outcome.code}: {outcome.detail}")
        case NotSent(detail):
            return payment.with_operation(_not_sent(operation, detail))
        case Unknown(detail):
            unknown = replace(operation, state=OperationState.UNKNOWN, detail=detail)
            return payment.with_operation(unknown)
        case _:
            assert_never(outcome)


def _may_be_taken_elsewhere(operation: Operation, outcome: Outcome) -> bool:
    """Tell whether a start surely came to nothing, at this try and before, and another can try."""
    if operation.order is None or not operation.order.alternatives or operation.attempts > 1:
        return False
    if isinstance(outcome, Declined):
        return operation.order.alternatives[0].after_decline
    return isinstance(outcome, NotSent)


def _elsewhere(payment: Payment, operation: Operation) -> Payment:
    """Hand the start to the next account, as if it had never been sent."""
    assert operation.order is not None  # noqa: S101 - see above
    first, *rest = operation.order.alternatives
    order = replace(operation.order, alternatives=tuple(rest), webhook_url=None)
    again = replace(operation, state=OperationState.CREATED, attempts=0, sent_at=None, order=order)
    return replace(payment, account_id=first.account_id).with_operation(again)


def _not_sent(operation: Operation, detail: str) -> Operation:
    """Take the attempt back; when an earlier one may have arrived, it stays unknown."""
    attempts = operation.attempts - 1
    state = OperationState.UNKNOWN if attempts else OperationState.NOT_SENT
    return replace(operation, state=state, attempts=attempts, detail=detail)


def _accepted(payment: Payment, operation: Operation, answer: Accepted) -> Payment:
    if operation.kind is OperationKind.START:
        return _opened(payment, operation, answer)
    # A route is done when it is taken; everything else is seen at the payment.
    is_done = operation.kind is OperationKind.ROUTE
    state = OperationState.SUCCEEDED if is_done else OperationState.PENDING
    taken = replace(operation, state=state, provider_ref=answer.provider_ref, detail=None)
    return observed(payment.with_operation(taken))


def _opened(payment: Payment, operation: Operation, answer: Accepted) -> Payment:
    done = _done_start(operation, answer.provider_ref)
    payment = replace(payment, provider_ref=payment.provider_ref or answer.provider_ref)
    if payment.status is PaymentStatus.CREATED:
        payment = replace(payment, status=PaymentStatus.OPEN, checkout_url=answer.checkout_url)
    return payment.with_operation(done)


def _done_start(operation: Operation, provider_ref: str) -> Operation:
    # The order leads back to the driver's page: it is kept no longer than it may be sent.
    return replace(
        operation,
        state=OperationState.SUCCEEDED,
        provider_ref=provider_ref,
        detail=None,
        order=None,
    )


def _declined(payment: Payment, operation: Operation, detail: str) -> Payment:
    if operation.kind is OperationKind.RELEASE and payment.status is not PaymentStatus.AUTHORISED:
        # Refused because nothing is held any more: that is what was wanted.
        return payment.with_operation(
            replace(operation, state=OperationState.SUCCEEDED, detail=detail)
        )
    refused = replace(operation, state=OperationState.DECLINED, detail=detail, order=None)
    if operation.kind is OperationKind.START and payment.status is PaymentStatus.CREATED:
        payment = replace(payment, status=PaymentStatus.FAILED)
    return payment.with_operation(refused)


def observed(payment: Payment) -> Payment:
    """Return *payment* with every operation resolved that its own facts resolve."""
    for operation in payment.operations:
        payment = payment.with_operation(_resolved(payment, operation))
    return payment


def _resolved(payment: Payment, operation: Operation) -> Operation:
    match operation.kind:
        case OperationKind.START:
            return _resolved_start(payment, operation)
        case OperationKind.CANCEL:
            return _resolved_cancel(payment, operation)
        case OperationKind.RELEASE:
            return _resolved_release(payment, operation)
        case OperationKind.CAPTURE | OperationKind.REFUND:
            return _resolved_part(payment, operation)
        case OperationKind.RAISE:
            return _resolved_raise(payment, operation)
        case OperationKind.ROUTE:
            return operation  # no reading tells of it: its answer does
        case _:
            assert_never(operation.kind)


def _resolved_start(payment: Payment, operation: Operation) -> Operation:
    if not operation.is_unresolved or payment.provider_ref is None:
        return operation
    return _done_start(operation, payment.provider_ref)


def _resolved_cancel(payment: Payment, operation: Operation) -> Operation:
    if not (operation.is_unresolved or operation.state is OperationState.PENDING):
        return operation
    if payment.status in ENDED:
        return replace(operation, state=OperationState.SUCCEEDED, detail=None)
    if payment.status in SECURED:
        return replace(operation, state=OperationState.DECLINED, detail="the driver paid before")
    return operation


def _resolved_release(payment: Payment, operation: Operation) -> Operation:
    if _is_refused_later(payment, operation):
        return replace(operation, state=OperationState.DECLINED, detail="refused after all")
    if operation.state is OperationState.PENDING:
        gone = payment.status is not PaymentStatus.AUTHORISED
    else:
        # "Paid" after a capture does not tell whether the rest is still held: ask again.
        gone = operation.is_unresolved and payment.status in ENDED
    return replace(operation, state=OperationState.SUCCEEDED, detail=None) if gone else operation


def _is_refused_later(payment: Payment, release: Operation) -> bool:
    """Tell whether a provider that took the order first (Adyen) did not carry it out."""
    is_held = payment.status is PaymentStatus.AUTHORISED
    return is_held and _has_failed(payment, PartKind.RELEASE, release)


def _resolved_raise(payment: Payment, operation: Operation) -> Operation:
    if not (operation.is_unresolved or operation.state is OperationState.PENDING):
        return operation
    if operation.amount is not None and payment.limit >= operation.amount:
        return replace(operation, state=OperationState.SUCCEEDED, detail=None)
    if _has_failed(payment, PartKind.RAISE, operation):
        return replace(operation, state=OperationState.DECLINED, detail="refused after all")
    if payment.status is not PaymentStatus.AUTHORISED:
        return replace(operation, state=OperationState.DECLINED, detail="the hold was over")
    return operation


def _has_failed(payment: Payment, kind: PartKind, operation: Operation) -> bool:
    return any(
        part.kind is kind
        and part.provider_ref == operation.provider_ref
        and part.status is PartStatus.FAILED
        for part in payment.parts
    )


def _resolved_part(payment: Payment, operation: Operation) -> Operation:
    part = _part_of(payment, operation)
    if part is None:
        return operation
    state = _PART_STATES[part.status]
    detail = part.status.value if state is OperationState.DECLINED else None
    return replace(operation, state=state, provider_ref=part.provider_ref, detail=detail)


def _part_of(payment: Payment, operation: Operation) -> SeenPart | None:
    """Return what came of a capture or refund: by reference, else the unclaimed one that fits."""
    kind = _PART_KINDS[operation.kind]
    parts = [part for part in payment.parts if part.kind is kind]
    if operation.provider_ref is not None:
        return next((one for one in parts if one.provider_ref == operation.provider_ref), None)
    if not (operation.is_unresolved and operation.attempts):
        return None
    claimed = {one.provider_ref for one in payment.operations}
    return next(
        (
            part
            for part in parts
            if part.provider_ref not in claimed and part.amount == operation.amount
        ),
        None,
    )
