"""Charge what was promised: after the session, and again after a refusal."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.charging.chargers.read import get_evse
from app.directpay import store as journeys
from app.directpay.afterwards import store
from app.directpay.afterwards.model import Promise, PromiseState
from app.directpay.attempts.store import save_attempt
from app.directpay.decide import Task
from app.directpay.desk import Counter, live_topic
from app.directpay.model import Ended, Journey
from app.funds.means.read import find_means
from app.funds.payments.model import AWAITED, Payment
from app.funds.payments.ports import Origin, Strategy
from app.funds.payments.steps import (
    PaymentOrder,
    begin_payment,
    get_payment,
    lock_payments_of,
    order_start,
    request_capture,
    request_return,
)
from app.infra.database import EVERY_OPERATOR, Database, Work
from app.kernel.money import Money

AN_HOUR: Final = timedelta(hours=1)
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class _Open:
    """A journey that is over, the promise for it, both locked, and the payment that counts now."""

    journey: Journey
    promise: Promise
    before: Payment


async def charge(seen: Journey, price: Money, *, desk: Counter) -> None:
    """
    Charge the *price* of a journey that was promised, in a payment of its own. Safe to repeat.

    The payment that stood for the promise is over with it: nothing of it was ever money.
    """
    async with desk.database.work(seen.operator_id) as work:
        found = await _lock(work, seen.journey_id)
        if found is None or found.promise.state is not PromiseState.MADE:
            return
        charged = replace(found.promise, state=PromiseState.CHARGED, price=price)
        await _begin(work, replace(found, promise=charged), price)


async def charge_again(journey_id: UUID, *, operator_id: UUID, desk: Counter) -> None:
    """
    Charge a means once more that was refused, when its time has come: a job, safe to repeat.

    Never one that the driver removed, nor while the driver is paying at a page.
    """
    async with desk.database.work(operator_id) as work:
        found = await _lock(work, journey_id)
        if found is None or not _is_due(found.promise, work):
            return
        promise, price = found.promise, found.promise.price
        means = await find_means(work, promise.means_id)
        if means is None or not means.is_kept or price is None:
            await store.save(work, replace(promise, again_at=None))
        elif found.before.status in AWAITED:
            await store.save(work, replace(promise, again_at=work.now + AN_HOUR))
        else:
            await _begin(work, replace(found, promise=replace(promise, again_at=None)), price)


async def charge_due(*, database: Database) -> int:
    """Enqueue a charge for each promise that is due again; return how many. A sweep."""
    async with database.work(EVERY_OPERATOR) as work:
        due = await store.due_again(work, work.now, MOST)
    for one in due:
        async with database.work(one.operator_id) as work:
            lock = f"{Task.CHARGE_AGAIN}:{one.journey_id}"
            work.defer(Task.CHARGE_AGAIN, queueing_lock=lock, journey_id=one.journey_id)
    return len(due)


def _is_due(promise: Promise, work: Work) -> bool:
    at = promise.again_at
    return promise.state is PromiseState.OWED and at is not None and at <= work.now


async def _lock(work: Work, journey_id: UUID) -> _Open | None:
    # Payments, journey, promise: the order in which everyone locks.
    seen = await journeys.get_journey(work, journey_id)
    if seen is None:
        return None
    await lock_payments_of(work, seen.session_id)
    journey = await journeys.lock_journey(work, journey_id)
    promise = await store.lock(work, journey_id)
    if journey is None or promise is None or not isinstance(journey.state, Ended):
        return None
    return _Open(journey, promise, await get_payment(work, journey.payment_id))


async def _begin(work: Work, found: _Open, price: Money) -> None:
    """Begin the payment that charges the means, and let the one before give back what it takes."""
    promise = found.promise
    journey = replace(
        found.journey, payment_id=promise.next_charge_id, version=found.journey.version + 1
    )
    await save_attempt(work, journey)
    await store.save(work, replace(promise, tries=promise.tries + 1))
    await request_return(work, found.before.payment_id, found.before.amount)
    evse = await get_evse(work, journey.evse_uid)
    payment = await begin_payment(
        work,
        PaymentOrder(
            payment_id=promise.next_charge_id,
            subject_id=journey.session_id,
            amount=price,
            method=promise.method,
            strategy=Strategy.CHARGE_AFTER,
            locale=journey.locale,
            description=f"{evse.location.name} {evse.evse_id}",
            return_url=promise.page,
            country=evse.location.country,
            account_id=promise.account_id,
            origin=Origin.KEPT_MEANS,
            customer=promise.customer,
            token=promise.token,
        ),
    )
    await request_capture(work, payment.payment_id, price)
    order_start(work, payment)
    work.publish(live_topic(journey.journey_id), b"")
