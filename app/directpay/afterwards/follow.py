"""What becomes of a promise: kept, or refused, and then it is a debt until it is paid."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.directpay import store as journeys
from app.directpay.advance import move
from app.directpay.afterwards import store
from app.directpay.afterwards.model import Promise, PromiseState
from app.directpay.letters.ask import queue_demand
from app.directpay.model import Ended, Journey
from app.directpay.news import Unpaid
from app.funds.ledger.model import Fact, TransactionKind
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.sales import owed
from app.funds.payments.books import book_of
from app.funds.payments.events import (
    OrderedInHouse,
    PaymentCollected,
    PaymentFailed,
    PaymentReturned,
    Trouble,
)
from app.funds.payments.house import answer
from app.funds.payments.ports import Origin
from app.funds.payments.steps import get_payment
from app.funds.payments.worklist import WorkItem, open_item, resolve_item, work_items
from app.infra.database import Reactors, Work
from app.kernel.money import Money
from app.people.identity.drivers.read import get_driver


@dataclass(frozen=True, slots=True)
class _Told:
    """The journey and the promise that an event is about, both locked."""

    journey: Journey
    promise: Promise


def reactors() -> Reactors:
    """Return what promises do, inside the same transaction, about facts of payments."""
    return {
        OrderedInHouse: (_on_ordered,),
        PaymentReturned: (_on_returned,),
        PaymentCollected: (_on_collected,),
        PaymentFailed: (_on_failed,),
    }


async def _on_ordered(work: Work, event: OrderedInHouse) -> None:
    """Answer a promise at once: there is nothing to reserve, and nothing to give back."""
    payment = await get_payment(work, event.payment_id)
    if payment.is_promise:
        await answer(work, event.payment_id, event.operation_id)


async def _on_returned(work: Work, event: PaymentReturned) -> None:
    """End a promise whose journey cost nothing; one that is charged has gone on already."""
    told = await _lock(work, event.payment_id)
    if told is not None and told.promise.state is PromiseState.MADE:
        await store.save(work, replace(told.promise, state=PromiseState.VOID))


async def _on_collected(work: Work, event: PaymentCollected) -> None:
    told = await _lock(work, event.payment_id)
    if told is None or told.promise.state not in (PromiseState.CHARGED, PromiseState.OWED):
        return
    if told.promise.state is PromiseState.OWED:
        await end_debt(work, told.journey, told.promise, "paid after all")
    await store.save(work, replace(told.promise, state=PromiseState.PAID, again_at=None))


async def _on_failed(work: Work, event: PaymentFailed) -> None:
    payment = await get_payment(work, event.payment_id)
    told = await _lock(work, event.payment_id)
    if told is None or payment.origin is not Origin.KEPT_MEANS:
        return
    promise = told.promise
    if promise.state not in (PromiseState.CHARGED, PromiseState.OWED):
        return
    if promise.state is PromiseState.CHARGED:
        await _become_debt(work, told)
    again = replace(promise, state=PromiseState.OWED, again_at=promise.wait_from(work.now))
    await store.save(work, again)


async def _become_debt(work: Work, told: _Told) -> None:
    """Let the driver owe the price: in the books, on the work list and on the page."""
    journey, promise = told.journey, told.promise
    price = _price(promise)
    key = f"{TransactionKind.OWED}:{journey.session_id}"
    await _post(work, journey, promise, key, price)
    detail = "the means that was kept was refused after the session"
    item = WorkItem(journey.payment_id, None, Trouble.UNPAID, price, detail, work.now)
    await open_item(work, item)
    await move(work, journey, Unpaid())
    address = (await get_driver(work, promise.driver_id)).email
    await queue_demand(work, journey, address)


async def end_debt(work: Work, journey: Journey, promise: Promise, how: str) -> None:
    """Step: the driver owes nothing any more; the price is back where payments meet it."""
    key = f"{TransactionKind.OWED}:{journey.session_id}:over"
    await _post(work, journey, promise, key, -_price(promise))
    for item in await work_items(work):
        if item.reason is Trouble.UNPAID:
            its = await get_payment(work, item.payment_id)
            if its.subject_id == journey.session_id:
                await resolve_item(work, item.item_id, how)


async def _post(work: Work, journey: Journey, promise: Promise, key: str, amount: Money) -> None:
    book = await book_of(work, promise.account_id)
    fact = Fact(key, journey.session_id, book, work.now)
    post_at_end(work, owed(fact, journey.session_id, amount))


async def _lock(work: Work, payment_id: UUID) -> _Told | None:
    """Return the ended journey whose payment this is, when it was promised."""
    journey = await journeys.lock_journey_of_payment(work, payment_id)
    if journey is None or not isinstance(journey.state, Ended):
        return None
    promise = await store.lock(work, journey.journey_id)
    return None if promise is None else _Told(journey, promise)


def _price(promise: Promise) -> Money:
    assert promise.price is not None, "it was priced before it was charged"  # noqa: S101
    return promise.price
