"""Where the money of a payment stands: a pure fold of what is known about it."""

from dataclasses import dataclass, fields
from enum import Enum, auto

from app.funds.payments.model import Operation, OperationKind, OperationState, PartKind, Payment
from app.funds.payments.ports import PartStatus
from app.funds.payments.sharing.rules import arrived, recalled
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Minor units by where they are; the fields are the rows of the posting table.

    *due* is what goes back of what was taken, *applied* what of an advance has met its price,
    *disputed* what the bank took back and did not give again. *shared* has the operator from the
    provider, *recalled* is what it does not get there of the share that was ordered.
    """

    held: int = 0
    captured: int = 0
    paid_first: int = 0
    applied: int = 0
    due: int = 0
    requested: int = 0
    unexplained: int = 0
    done: int = 0
    failed: int = 0
    disputed: int = 0
    recalled: int = 0
    shared: int = 0

    def __sub__(self, other: "Standing") -> "Standing":
        """Return the change from *other* to this."""
        return Standing(
            *(getattr(self, each.name) - getattr(other, each.name) for each in fields(self))
        )


class _Way(Enum):
    """Where a refund is: on its way, there, or come back."""

    UNDER_WAY = auto()
    THERE = auto()
    FAILED = auto()


_PARTS = {
    PartStatus.PENDING: _Way.UNDER_WAY,
    PartStatus.SUCCEEDED: _Way.THERE,
    PartStatus.FAILED: _Way.FAILED,
    PartStatus.CANCELLED: _Way.FAILED,
}
_OPERATIONS = {
    OperationState.PENDING: _Way.UNDER_WAY,
    OperationState.SUCCEEDED: _Way.THERE,
    OperationState.DECLINED: _Way.FAILED,
}


def standing(payment: Payment) -> Standing:
    """
    Return where the money of *payment* stands.

    What was refunded beyond what is due was sent back at the provider by somebody: unexplained.
    What failed is owed only as long as it did not go back by another refund.
    """
    taken = payment.captured.minor
    is_captured = any(part.kind is PartKind.CAPTURE for part in payment.parts)
    is_decided = payment.keep is not None
    due = 0 if payment.keep is None else max(0, taken - payment.keep.minor)
    refunds = _refunds(payment)
    gone = refunds[_Way.UNDER_WAY] + refunds[_Way.THERE]
    failed = min(refunds[_Way.FAILED], max(0, due - gone))
    return Standing(
        held=payment.held.minor,
        captured=taken if is_captured else 0,
        paid_first=0 if is_captured else taken,
        applied=taken if is_decided and not is_captured else 0,
        due=due,
        requested=min(due, gone) + failed,
        unexplained=max(0, gone - due),
        done=refunds[_Way.THERE],
        failed=failed,
        disputed=_done(payment, PartKind.CHARGEBACK) - _done(payment, PartKind.REVERSAL),
        recalled=recalled(payment),
        shared=arrived(payment),
    )


def _done(payment: Payment, kind: PartKind) -> int:
    """Return what parts of one kind moved."""
    return sum(
        part.amount.minor
        for part in payment.parts
        if part.kind is kind and part.status is PartStatus.SUCCEEDED
    )


def _refunds(payment: Payment) -> dict[_Way, int]:
    """Return what was refunded, by where it is; an order counts until its refund is seen."""
    sums = dict.fromkeys(_Way, 0)
    seen = [part for part in payment.parts if part.kind is PartKind.REFUND]
    for part in seen:
        sums[_PARTS[part.status]] += part.amount.minor
    known = {part.provider_ref for part in seen}
    for order in payment.of_kind(OperationKind.REFUND):
        if order.provider_ref not in known and order.state in _OPERATIONS:
            sums[_OPERATIONS[order.state]] += _amount(order).minor
    return sums


def _amount(order: Operation) -> Money:
    assert order.amount is not None, "the planner gives a refund an amount"  # noqa: S101
    return order.amount
