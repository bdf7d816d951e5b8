"""What becomes of a payment that somebody else settles: our orders, and what is told of them."""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from app.funds.payments.events import PaymentCollected, Trouble
from app.funds.payments.model import OperationKind, OperationState, Payment
from app.funds.payments.outside.snapshot import as_it_is
from app.funds.payments.ports import (
    Accepted,
    Declined,
    Outcome,
    Part,
    PartStatus,
    ProviderStatus,
    Snapshot,
)
from app.funds.payments.record import lock, record
from app.funds.payments.rules.news import Answered, Observed
from app.funds.payments.worklist import WorkItem, open_item
from app.infra.database import Work
from app.kernel.money import Money

_AWAITED = frozenset({OperationKind.CAPTURE, OperationKind.RELEASE})


class SettlementStatus(StrEnum):
    """How it ended: collected, given up on purpose, or it could not be collected."""

    SETTLED = "settled"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Told:
    """
    What whoever settles a payment says of it; *amount* is what was collected.

    *instrument* is how the driver knows the card again, where that was not said before.
    """

    status: SettlementStatus
    amount: Money
    detail: str
    instrument: str | None = None


async def answer_outside(work: Work, payment_id: UUID, operation_id: UUID) -> Payment:
    """
    Step: say what becomes of an order to whoever settles it. Raises PaymentNotFound.

    The price, and what is not used, are awaited. What was collected can't be given back by us, and
    a hold can't be made larger by us: those are declined.
    """
    payment = await lock(work, payment_id)
    operation = payment.operation(operation_id)
    outcome: Outcome = Declined("not_ours", "whoever collected it has to do that")
    if operation.kind in _AWAITED:
        outcome = Accepted(payment.provider_ref or str(payment_id))
    return await record(work, payment, Answered(operation_id, outcome))


async def await_refund(work: Work, payment_id: UUID, operation_id: UUID, name: str) -> Payment:
    """Step: whoever collected the payment is asked to give back, by a *name* of ours."""
    payment = await lock(work, payment_id)
    return await record(work, payment, Answered(operation_id, Accepted(name)))


async def raise_outside(work: Work, payment_id: UUID, amount: Money) -> Payment:
    """Step: the hold has grown to *amount*; less changes nothing. Raises PaymentNotFound."""
    payment = await lock(work, payment_id)
    return await record(work, payment, Observed(replace(as_it_is(payment), authorised=amount)))


async def tell_outside(work: Work, payment_id: UUID, told: Told) -> Payment:
    """
    Step: let what was *told* change a payment whose price is decided. Repeating it is harmless.

    Another amount than the price, or none where there is one, is put on the work list. What is left
    after a refund that was asked for says that it is done. Raises
    PaymentNotFound.
    """
    before = await lock(work, payment_id)
    assert before.keep is not None, "the price is decided"  # noqa: S101
    refunds = _refunds_done(before, told)
    if refunds:
        known = as_it_is(before)
        return await record(
            work, before, Observed(replace(known, refunds=(*known.refunds, *refunds)))
        )
    after = await record(work, before, Observed(_snapshot(before, told)))
    if told.status is SettlementStatus.SETTLED:
        await _compare(work, after, told)
        if not before.captured and after.captured == after.keep and _failed_once(before):
            await work.emit(PaymentCollected(payment_id))
    return after


def _refunds_done(payment: Payment, told: Told) -> tuple[Part, ...]:
    """Return the refunds that are awaited, and are done if only what is to be kept was kept."""
    if told.status is not SettlementStatus.SETTLED or told.amount != payment.keep:
        return ()
    return tuple(
        Part(one.provider_ref, PartStatus.SUCCEEDED, one.amount)
        for one in payment.of_kind(OperationKind.REFUND)
        if one.state is OperationState.PENDING and one.provider_ref and one.amount
    )


def _snapshot(payment: Payment, told: Told) -> Snapshot:
    now = replace(as_it_is(payment), instrument=payment.instrument or told.instrument)
    name = payment.provider_ref or str(payment.payment_id)
    match told.status:
        case SettlementStatus.SETTLED if told.amount or payment.keep:
            # What failed first is tried again under another name: a failure stays what it was.
            part = Part(f"{name}#again" if _failed_once(payment) else name, _DONE, told.amount)
            return replace(now, status=ProviderStatus.PAID, captures=(part,), captured=told.amount)
        case SettlementStatus.SETTLED | SettlementStatus.CANCELLED if not payment.keep:
            return replace(now, status=ProviderStatus.CANCELLED)
        case _:
            failed = Part(name, PartStatus.FAILED, payment.keep or payment.amount)
            return replace(now, captures=(failed,) if payment.keep else ())


def _failed_once(payment: Payment) -> bool:
    return any(part.status is PartStatus.FAILED for part in payment.parts)


async def _compare(work: Work, payment: Payment, told: Told) -> None:
    """Put on the work list what was collected otherwise than the price says, or is told anew."""
    if told.amount == payment.keep and told.amount == payment.captured:
        return
    detail = f"{told.amount} was collected, the price is {payment.keep}: {told.detail}"
    reason = Trouble.AMOUNT_DIFFERS
    item = WorkItem(payment.payment_id, None, reason, told.amount, detail.strip(": "), work.now)
    await open_item(work, item)


_DONE = PartStatus.SUCCEEDED
