"""How a decision becomes rows, jobs, events and work-list items of one transaction."""

from dataclasses import replace
from typing import assert_never
from uuid import UUID

from app.funds.payments import store
from app.funds.payments.books import post_change
from app.funds.payments.errors import PaymentNotFound
from app.funds.payments.events import OrderedInHouse, OrderedOutside, PaymentTrouble
from app.funds.payments.model import Payment
from app.funds.payments.rules.decide import Effect, Perform, Report, Tell, decide
from app.funds.payments.rules.news import News
from app.funds.payments.worklist import WorkItem, open_item
from app.infra.database import Work

PERFORM = "payments.operation"
REFRESH = "payments.refresh"
MATCH = "payments.match"
JUDGE = "payments.judge"


async def lock(work: Work, payment_id: UUID) -> Payment:
    """Step: return the payment, locked until the work ends. Raises PaymentNotFound."""
    return _found(await store.lock_payment(work, payment_id), payment_id)


async def find(work: Work, payment_id: UUID) -> Payment:
    """Step: return the payment as it is. Raises PaymentNotFound."""
    return _found(await store.find_payment(work, payment_id), payment_id)


async def record(work: Work, payment: Payment, *news: News) -> Payment:
    """
    Step: let *news* change the locked *payment*, save it, and do what follows from it.

    The row is saved before any event is told, so whoever reacts may ask for more in turn; return
    the payment as it was saved.
    """
    after = payment
    effects: list[Effect] = []
    for one in news:
        after, more = decide(after, one, work.now)
        effects.extend(more)
    after = replace(after, booked=True)
    await store.save_payment(work, payment, after)
    await post_change(work, payment, after)
    for effect in effects:
        await _carry_out(work, after, effect)
    return after


def unknown_payment(payment_id: UUID) -> PaymentNotFound:
    """Return the problem of an id that is no payment of this operator."""
    return PaymentNotFound("the operator has no payment with this id", payment_id=payment_id)


def defer_operation(work: Work, operator_id: UUID, payment_id: UUID, operation_id: UUID) -> None:
    """Step: enqueue the sending of an operation; those of one payment never overlap."""
    work.defer(
        PERFORM,
        lock=f"payment:{payment_id}",
        queueing_lock=f"{PERFORM}:{operation_id}",
        operator_id=operator_id,
        payment_id=payment_id,
        operation_id=operation_id,
    )


def defer_refresh(work: Work, operator_id: UUID, payment_id: UUID) -> None:
    """Step: enqueue the reading of a payment; one that waits already is enough."""
    work.defer(
        REFRESH,
        queueing_lock=f"{REFRESH}:{payment_id}",
        operator_id=operator_id,
        payment_id=payment_id,
    )


def defer_match(work: Work, operator_id: UUID, account_id: UUID, provider_ref: str) -> None:
    """Step: enqueue the search for the payment behind a provider's reference."""
    work.defer(
        MATCH,
        queueing_lock=f"{MATCH}:{account_id}:{provider_ref}",
        operator_id=operator_id,
        account_id=account_id,
        provider_ref=provider_ref,
    )


def defer_judging(work: Work, operator_id: UUID, account_id: UUID) -> None:
    """Step: enqueue another look at notices that the account's former keys did not sign."""
    work.defer(
        JUDGE,
        queueing_lock=f"{JUDGE}:{account_id}",
        operator_id=operator_id,
        account_id=account_id,
    )


async def _carry_out(work: Work, payment: Payment, effect: Effect) -> None:
    match effect:
        case Perform(operation_id) if payment.is_in_house:
            await work.emit(OrderedInHouse(payment.payment_id, operation_id))
        case Perform(operation_id) if payment.is_outside:
            await work.emit(OrderedOutside(payment.payment_id, operation_id, payment.settled_by))
        case Perform(operation_id):
            defer_operation(work, work.operator_id, payment.payment_id, operation_id)
        case Tell(event):
            await work.emit(event)
        case Report():
            await _report(work, payment.payment_id, effect)
        case _:
            assert_never(effect)


async def _report(work: Work, payment_id: UUID, report: Report) -> None:
    item = WorkItem(
        payment_id=payment_id,
        operation_id=report.operation_id,
        reason=report.trouble,
        amount=report.amount,
        detail=report.detail,
        opened_at=work.now,
    )
    if await open_item(work, item):
        await work.emit(PaymentTrouble(payment_id, report.trouble))


def _found(payment: Payment | None, payment_id: UUID) -> Payment:
    if payment is None:
        raise unknown_payment(payment_id)
    return payment
