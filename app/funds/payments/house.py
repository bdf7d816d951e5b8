"""Payments from wallets: what a provider would answer, said by ourselves in the transaction."""

from dataclasses import replace
from uuid import UUID

from app.funds.payments.model import Operation, OperationKind, Payment, PaymentStatus
from app.funds.payments.outside.snapshot import as_it_is
from app.funds.payments.ports import (
    Accepted,
    Declined,
    Part,
    PartStatus,
    ProviderStatus,
    Snapshot,
)
from app.funds.payments.record import lock, record
from app.funds.payments.rules.news import Answered, Observed
from app.infra.database import Work


async def answer(work: Work, payment_id: UUID, operation_id: UUID) -> Payment:
    """
    Step: tell a payment from a wallet that its operation was carried out; return it as it is then.

    Raises PaymentNotFound.
    """
    payment = await lock(work, payment_id)
    operation = payment.operation(operation_id)
    answered = Answered(operation_id, Accepted(_name(payment, operation)))
    return await record(work, payment, answered, Observed(after(payment, operation)))


async def refuse(work: Work, payment_id: UUID, operation_id: UUID, why: str) -> Payment:
    """
    Step: tell a payment from a wallet that its operation cannot be carried out.

    Raises PaymentNotFound.
    """
    payment = await lock(work, payment_id)
    return await record(work, payment, Answered(operation_id, Declined(why, "the wallet says no")))


def after(payment: Payment, done: Operation) -> Snapshot:
    """Return *payment* as a provider would have it after an operation was *done*."""
    now = as_it_is(payment)
    match done.kind:
        case OperationKind.START:
            return replace(now, status=ProviderStatus.AUTHORISED)
        case OperationKind.CAPTURE:
            taken = _part(payment, done)
            return replace(
                now,
                status=ProviderStatus.PAID,
                captures=(*now.captures, taken),
                captured=now.captured + taken.amount,
            )
        case OperationKind.RELEASE if payment.status is PaymentStatus.AUTHORISED:
            return replace(now, status=ProviderStatus.CANCELLED)
        case OperationKind.REFUND:
            return replace(now, refunds=(*now.refunds, _part(payment, done)))
        case OperationKind.RAISE:
            return replace(now, authorised=done.amount)
        case _:
            # What is left of a hold went back with its capture, and nothing is ever cancelled.
            return now


def _part(payment: Payment, done: Operation) -> Part:
    assert done.amount is not None, "the planner gives it an amount"  # noqa: S101
    return Part(_name(payment, done), PartStatus.SUCCEEDED, done.amount)


def _name(payment: Payment, operation: Operation) -> str:
    """Return what a provider would call that which came of an operation."""
    is_start = operation.kind is OperationKind.START
    return str(payment.payment_id if is_start else operation.operation_id)
