"""What has to be asked of a provider so that an operator gets its share; pure."""

from app.funds.payments.model import (
    ENDED,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PaymentStatus,
)
from app.funds.payments.sharing.model import Sharing, Way
from app.kernel.money import Money

_GIVES = frozenset({OperationKind.CAPTURE, OperationKind.ROUTE})


def share_of(payment: Payment, kind: OperationKind, amount: Money | None) -> Money | None:
    """
    Return what goes to the operator with the next order of *kind*, or comes back with it.

    A provider that refused an order with a share gets the same order without it: the money of the
    driver goes its way, and what the operator earned is owed to it as without any of this.
    """
    sharing = payment.sharing
    if sharing is None or amount is None or _was_refused(payment, kind):
        return None
    match kind:
        case OperationKind.CAPTURE if sharing.way is Way.CAPTURE:
            return _some(min(_to_send(payment, sharing), amount.minor), amount)
        case OperationKind.ROUTE:
            return amount
        case OperationKind.REFUND:
            too_much = _sent(payment) - _returned(payment) - sharing.goal.minor
            return _some(min(too_much, amount.minor), amount)
        case _:
            return None


def to_route(payment: Payment) -> Money | None:
    """Return what is left to be sent on of a payment that was taken, or None."""
    sharing = payment.sharing
    if sharing is None or sharing.way is not Way.ROUTE:
        return None
    if payment.of_kind(OperationKind.ROUTE):
        return None
    return _some(_to_send(payment, sharing), sharing.goal)


def may_ask(payment: Payment, kind: OperationKind) -> bool:
    """Tell whether there was no order of *kind* yet, but such as were refused with a share."""
    return all(is_refused_share(one) for one in payment.of_kind(kind))


def is_refused_share(operation: Operation) -> bool:
    """
    Tell whether an order was refused that also concerned the operator's share.

    A refund that was taken and failed later failed at the driver's bank, not for its share.
    """
    if operation.share is None or not _is_declined(operation):
        return False
    return operation.kind is not OperationKind.REFUND or operation.provider_ref is None


def recalled(payment: Payment) -> int:
    """Return what of the share that was ordered the operator does not get from the provider."""
    sharing = payment.sharing
    if sharing is None:
        return 0
    expected = _sent(payment) + _hoped(payment, sharing) - _returned(payment)
    return sharing.ordered.minor - expected


def arrived(payment: Payment) -> int:
    """Return what the operator has got from the provider, less what came back, in minor units."""
    done = OperationState.SUCCEEDED
    given = sum(_share(one) for one in payment.operations if _gives(one) and one.state is done)
    refunds = payment.of_kind(OperationKind.REFUND)
    return given - sum(_share(one) for one in refunds if one.state is done)


def _to_send(payment: Payment, sharing: Sharing) -> int:
    return max(0, sharing.goal.minor - _sent(payment))


def _hoped(payment: Payment, sharing: Sharing) -> int:
    """Return what is still to be ordered, as long as that can happen."""
    left = _to_send(payment, sharing)
    if sharing.way is Way.ROUTE:
        can = payment.status not in ENDED and not payment.of_kind(OperationKind.ROUTE)
        return left if can else 0
    captures = payment.of_kind(OperationKind.CAPTURE)
    is_over = payment.status in ENDED or payment.status is PaymentStatus.PAID
    rest = (payment.keep or sharing.goal) - payment.captured
    is_asked = any(one.is_awaited for one in captures)
    if is_over or is_asked or _was_refused(payment, OperationKind.CAPTURE):
        return 0
    return max(0, min(left, rest.minor))


def _was_refused(payment: Payment, kind: OperationKind) -> bool:
    return any(is_refused_share(one) for one in payment.of_kind(kind))


def _sent(payment: Payment) -> int:
    """Return what was ordered to go to the operator and was not refused."""
    return sum(_share(one) for one in payment.operations if _gives(one) and not _is_declined(one))


def _returned(payment: Payment) -> int:
    """Return what was ordered to come back from the operator and was not refused."""
    refunds = payment.of_kind(OperationKind.REFUND)
    return sum(_share(one) for one in refunds if not _is_declined(one))


def _gives(operation: Operation) -> bool:
    return operation.kind in _GIVES


def _is_declined(operation: Operation) -> bool:
    return operation.state is OperationState.DECLINED


def _share(operation: Operation) -> int:
    return 0 if operation.share is None else operation.share.minor


def _some(minor: int, like: Money) -> Money | None:
    return Money(minor, like.currency) if minor > 0 else None
