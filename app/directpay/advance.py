"""How news reach a journey: locked, decided, saved, and its jobs deferred, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from app.charging.chargers.events import EvseStatusChange, EvseStatusesChanged
from app.charging.chargers.model import EvseStatus
from app.charging.sessions.events import LateStart, SessionEnded, SessionStarted
from app.directpay import store
from app.directpay.attempts.store import count_refusal
from app.directpay.authorised.events import JourneyChanged
from app.directpay.decide import LONGEST_SESSION, Effect, Task, decide
from app.directpay.desk import live_topic
from app.directpay.model import Ended, Journey, Settling, Stage, Why
from app.directpay.money.additions import lost, payments_that_count, raised, secured
from app.directpay.money.moved import all_moved, journey_of_addition
from app.directpay.money.store import save_money
from app.directpay.news import (
    CableRemoved,
    HoldEnds,
    MoneyMoved,
    MoneyStuck,
    News,
    PaymentLost,
    PaymentSecured,
    StartSent,
    TimePassed,
    TransactionBegan,
    TransactionEnded,
)
from app.funds.payments import events as payments
from app.funds.payments.worklist import WorkItem, open_item
from app.infra.database import EVERY_OPERATOR, Database, Reactors, Work
from app.pricing.promotions.reserve import release

STANDING_STILL = timedelta(minutes=2)
UNSETTLED = timedelta(minutes=10)
SWEEP_MOST = 500
# A cable that waits, in the words of 1.6 and of 2.x.
_CABLE_IN = {EvseStatus.PREPARING, EvseStatus.OCCUPIED}
# Charging lasts for hours; nothing else does.
_SHORT = tuple(stage for stage in Stage if stage not in {Stage.CHARGING, Stage.ENDED})


_RUNNING = (Stage.CHARGING, Stage.STOPPING)


async def tell(work: Work, journey_id: UUID, news: News) -> Journey | None:
    """
    Tell a journey the *news* inside the caller's transaction; return it as it is afterwards.

    A journey that does not exist is None. The journey is the last row that a transaction locks:
    whoever locks payments or sessions does so before.
    """
    journey = await store.lock_journey(work, journey_id)
    return None if journey is None else await move(work, journey, news)


async def move(work: Work, journey: Journey, news: News) -> Journey:
    """Tell a journey that this work has locked the *news*, and return it as it is afterwards."""
    state, effects = decide(journey.state, news, work.now)
    for effect in effects:
        _defer(work, journey, effect)
    if await _sends_start(work, effects):
        state, _ = decide(state, StartSent(), work.now)
    if state == journey.state:
        return journey
    changed = replace(journey, state=state, version=journey.version + 1)
    await store.save_state(work, changed)
    if isinstance(state, Ended) and not isinstance(journey.state, Ended | Settling):
        # It used nothing. What a session used is told apart when it is settled.
        await release(work, journey.session_id)
    work.publish(live_topic(journey.journey_id), b"")
    if changed.stage is not journey.stage:
        await work.emit(JourneyChanged.of(changed))
    return changed


async def _sends_start(work: Work, effects: Sequence[Effect]) -> bool:
    """
    Tell whether this process sends the start right after the commit of *work*.

    The commit then says that it was sent already: it saves a transaction between a payment and its
    start. No other run of the job sends it (see `command.ask_start`).
    """
    return Effect(Task.START) in effects and Task.START in await work.enqueue()


async def wake(journey_id: UUID, *, operator_id: UUID, database: Database) -> None:
    """Let a journey look at the clock: one of its deadlines has come."""
    async with database.work(operator_id) as work:
        await tell(work, journey_id, TimePassed())


async def sweep(*, database: Database) -> None:
    """Let journeys that have stood still for long look at the clock, should a job have got lost."""
    async with database.work(EVERY_OPERATOR) as work:
        standing = await store.overdue(work, _SHORT, work.now - STANDING_STILL, SWEEP_MOST)
        standing += await store.overdue(
            work, (Stage.CHARGING,), work.now - LONGEST_SESSION, SWEEP_MOST
        )
        stuck = await store.overdue(work, (Stage.SETTLING,), work.now - UNSETTLED, SWEEP_MOST)
    for journey in standing:
        await wake(journey.journey_id, operator_id=journey.operator_id, database=database)
    for journey in stuck:
        await _report_unsettled(journey, database)


async def ask_a_person(work: Work, journey: Journey, reason: payments.Trouble, detail: str) -> None:
    """Put a journey on the work list, once for each *reason*. A step."""
    item = WorkItem(journey.payment_id, None, reason, journey.held, detail, work.now)
    await open_item(work, item)


async def _report_unsettled(journey: Journey, database: Database) -> None:
    async with database.work(journey.operator_id) as work:
        detail = f"journey {journey.journey_id} ended and could not be priced; the log says why"
        await ask_a_person(work, journey, payments.Trouble.NOT_SETTLED, detail)


def reactors() -> Reactors:
    """Return what the journey does, inside the same transaction, about facts of other contexts."""
    return {
        payments.PaymentOpened: (_payment_opened,),
        payments.PaymentSecured: (_payment_secured,),
        payments.PaymentFailed: (_payment_failed,),
        payments.PaymentCollected: (_money_moved,),
        payments.PaymentReturned: (_money_moved,),
        payments.PaymentRaised: (_payment_raised,),
        payments.PaymentNotRaised: (_payment_not_raised,),
        payments.PaymentTrouble: (_payment_trouble,),
        SessionStarted: (_session_started,),
        SessionEnded: (_session_ended,),
        LateStart: (_late_start,),
        EvseStatusesChanged: (_statuses_changed,),
    }


def _defer(work: Work, journey: Journey, effect: Effect) -> None:
    # Without a lock of the queue: one that waits for its hour would hold up all that come after.
    # The journey's row is locked where it matters.
    at = work.now + effect.after if effect.after else None
    once = f"settle:{journey.journey_id}" if effect.task is Task.SETTLE else None
    work.defer(effect.task, queueing_lock=once, at=at, journey_id=journey.journey_id)


async def _payment_opened(work: Work, event: payments.PaymentOpened) -> None:
    # Nothing is decided, but a page that waits for the provider's address can show it now.
    journey_id = await store.journey_id_of_payment(work, event.payment_id)
    if journey_id is None:
        journey = await journey_of_addition(work, event.payment_id)
        journey_id = None if journey is None else journey.journey_id
    if journey_id is not None:
        work.publish(live_topic(journey_id), b"")


async def _payment_secured(work: Work, event: payments.PaymentSecured) -> None:
    await _tell_of_payment(work, event.payment_id, PaymentSecured())


async def _payment_failed(work: Work, event: payments.PaymentFailed) -> None:
    await _tell_of_payment(work, event.payment_id, PaymentLost(Why(event.why)))


async def _money_moved(
    work: Work, event: payments.PaymentCollected | payments.PaymentReturned
) -> None:
    await _tell_of_payment(work, event.payment_id, MoneyMoved())


async def _payment_trouble(work: Work, event: payments.PaymentTrouble) -> None:
    news = news_of(event.what)
    if news is not None:
        await _tell_of_payment(work, event.payment_id, news)


def news_of(trouble: payments.Trouble) -> News | None:
    """
    Return what a *trouble* means: without a hold nobody pays for what is still drawn.

    Who gets the price is not the driver's business: nothing (None) is new to the journey.
    """
    match trouble:
        case payments.Trouble.SHARE_REFUSED:
            return None
        case payments.Trouble.HOLD_LOST:
            return PaymentLost(Why.EXPIRED)
        case payments.Trouble.HOLD_ENDING:
            return HoldEnds()
        case _:
            return MoneyStuck()


async def _tell_of_payment(work: Work, payment_id: UUID, news: News) -> None:
    journey = await store.lock_journey_of_payment(work, payment_id)
    if journey is None:
        await _tell_of_addition(work, payment_id, news)
    elif not isinstance(news, MoneyMoved) or await all_moved(work, journey):
        # What a bank refuses after a session says nothing of who tries out cards at a socket.
        if news == PaymentLost(Why.DECLINED) and journey.stage is Stage.PAYING:
            await count_refusal(work, journey.journey_id)
        await move(work, journey, news)


async def _tell_of_addition(work: Work, payment_id: UUID, news: News) -> None:
    """Let a further payment count, or end; only what counts has a say in how a journey goes on."""
    found = await journey_of_addition(work, payment_id)
    journey = None if found is None else await store.lock_journey(work, found.journey_id)
    if journey is None:
        return
    counts = payment_id in payments_that_count(journey)
    if isinstance(news, PaymentSecured) and journey.stage in _RUNNING:
        await _hold_more(work, journey, secured(journey, payment_id))
    elif isinstance(news, PaymentLost) and not counts:
        await _hold_more(work, journey, lost(journey, payment_id))
    elif counts and (not isinstance(news, MoneyMoved) or await all_moved(work, journey)):
        await move(work, journey, news)
    work.publish(live_topic(journey.journey_id), b"")


async def _payment_raised(work: Work, event: payments.PaymentRaised) -> None:
    journey = await store.lock_journey_of_payment(work, event.payment_id)
    if journey is not None and journey.stage in _RUNNING:
        await _hold_more(work, journey, raised(journey, event.amount))


async def _payment_not_raised(work: Work, event: payments.PaymentNotRaised) -> None:
    journey = await store.lock_journey_of_payment(work, event.payment_id)
    if journey is not None:
        await _hold_more(work, journey, lost(journey))


async def _hold_more(work: Work, before: Journey, after: Journey) -> None:
    if after != before:
        await save_money(work, after)
        work.publish(live_topic(after.journey_id), b"")


async def _session_started(work: Work, event: SessionStarted) -> None:
    await _tell_of_session(work, event.session_id, TransactionBegan())


async def _session_ended(work: Work, event: SessionEnded) -> None:
    await _tell_of_session(work, event.session_id, TransactionEnded())


async def _late_start(work: Work, event: LateStart) -> None:
    # Not the journey's business any more: whatever runs there is stopped.
    work.defer(Task.STOP_LATE, identity=event.identity, transaction_id=event.transaction_id)


async def _tell_of_session(work: Work, session_id: UUID, news: News) -> None:
    journey = await store.journey_of_session(work, session_id)
    if journey is not None:
        await tell(work, journey.journey_id, news)


async def _statuses_changed(work: Work, event: EvseStatusesChanged) -> None:
    for change in event.changes:
        await _status_changed(work, change)


async def _status_changed(work: Work, change: EvseStatusChange) -> None:
    # Back to available while nothing has started: the cable was taken out, or the charge point's
    # own ConnectionTimeOut (2.x: EVConnectionTimeOut) ended the authorisation.
    if change.previous not in _CABLE_IN or change.status is not EvseStatus.AVAILABLE:
        return
    journey = await store.live_journey_at(work, change.evse_uid)
    if journey is not None:
        await tell(work, journey.journey_id, CableRemoved())
