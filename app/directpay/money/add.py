"""Add to a hold while the car charges: the hold grows, or a second one is placed."""

from dataclasses import dataclass
from uuid import UUID

from app.charging.chargers.read import get_evse
from app.directpay import store
from app.directpay.desk import Desk, find, live_topic
from app.directpay.errors import HoldCannotGrow
from app.directpay.model import Addition, Charging, Journey
from app.directpay.money.additions import addition_id, begun, waiting
from app.directpay.money.policy import WhenUsedUp, hold_policy
from app.directpay.money.store import save_money
from app.directpay.money.way import is_there, may_raise
from app.funds.payments.model import Payment
from app.funds.payments.perform import start_payment
from app.funds.payments.steps import (
    PaymentOrder,
    begin_payment,
    get_payment,
    lock_payments_of,
    request_raise,
)
from app.infra.database import Work
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Added:
    """Where the driver agrees to more; None: nothing is needed, or the provider is being asked."""

    checkout_url: str | None


@dataclass(frozen=True, slots=True)
class _Agreed:
    """How the driver paid first, and where the provider's page leads back to."""

    first: Payment
    return_url: str


async def add_to_hold(token: str, key: str, *, desk: Desk) -> Added:
    """
    Add the operator's next step to what the journey holds; the same *key* again adds it once.

    The hold grows where its provider and method can do that; else a further payment is opened,
    which counts as soon as it is secured. One that waits for the driver is led to again.
    Raises JourneyNotFound, and HoldCannotGrow when nothing can be added (any more).
    """
    journey = await find(token, desk=desk)
    return_url = f"{desk.base_of(journey.operator_id)}/s/{token}/back"
    async with desk.database.work(journey.operator_id) as work:
        payment_id = await _add(work, journey, key, return_url)
    if payment_id is None:
        return Added(None)
    payment = await start_payment(payment_id, operator_id=journey.operator_id, desk=desk.payments)
    return Added(payment.checkout_url)


async def add_by_itself(journey_id: UUID, *, operator_id: UUID, desk: Desk) -> None:
    """Let a hold grow that is nearly used up, when the operator's rule says so and it can."""
    async with desk.database.work(operator_id) as work:
        journey = await store.get_journey(work, journey_id)
        policy = await hold_policy(work)
        if journey is None or policy.when_used_up is not WhenUsedUp.RAISE:
            return
        step = policy.next_step(journey.held)
        payment = await get_payment(work, journey.payment_id)
        # Who pays with credit chose how much a session may use: only they let it use more.
        is_ours = not payment.is_in_house and waiting(journey) is None
        can = is_ours and await may_raise(work, journey, payment)
        if can and step is not None and isinstance(journey.state, Charging):
            await _raise(work, journey, f"auto:{journey.held.minor}", payment, step)


async def _add(work: Work, seen: Journey, key: str, return_url: str) -> UUID | None:
    """Return the further payment to start, or None: there is none."""
    added = addition_id(seen, key)
    known = next((each for each in seen.additions if each.addition_id == added), waiting(seen))
    if known is not None:
        return None if known.raises or known.secured else known.addition_id
    step = (await hold_policy(work)).next_step(seen.held)
    first = await get_payment(work, seen.payment_id)
    if (
        step is None
        or not isinstance(seen.state, Charging)
        or not await is_there(work, first, step)
    ):
        raise HoldCannotGrow("nothing can be added to the hold now", held=str(seen.held))
    if await may_raise(work, seen, first):
        await _raise(work, seen, key, first, step)
        return None
    if first.is_in_house:
        raise HoldCannotGrow("the credit was just used elsewhere", held=str(seen.held))
    if first.device is not None or first.is_outside:
        raise HoldCannotGrow("a terminal asks for one card", held=str(seen.held))
    return await _second(work, seen, Addition(added, step.minor), _Agreed(first, return_url))


async def _raise(work: Work, seen: Journey, key: str, first: Payment, step: Money) -> None:
    # Payment, then journey: the order in which everyone locks. A wallet answers at once.
    await lock_payments_of(work, seen.session_id)
    await _note(work, seen, Addition(addition_id(seen, key), step.minor, raises=True))
    # The first hold alone grows: what further payments hold is theirs.
    await request_raise(work, first.payment_id, first.limit + step)


async def _second(work: Work, seen: Journey, addition: Addition, agreed: _Agreed) -> UUID:
    first = agreed.first
    location = (evse := await get_evse(work, seen.evse_uid)).location
    await _note(work, seen, addition)
    await begin_payment(
        work,
        PaymentOrder(
            payment_id=addition.addition_id,
            subject_id=seen.session_id,
            amount=Money(addition.minor, seen.held.currency),
            method=first.method,
            strategy=first.strategy,
            locale=seen.locale,
            description=f"{location.name} {evse.evse_id}",
            return_url=agreed.return_url,
            country=location.country,
            account_id=first.account_id,
        ),
    )
    return addition.addition_id


async def _note(work: Work, seen: Journey, addition: Addition) -> None:
    """Add to the journey, locked, unless somebody was faster; raise HoldCannotGrow then."""
    journey = await store.lock_journey(work, seen.journey_id)
    if journey is None or journey.version != seen.version:
        raise HoldCannotGrow("the session has changed meanwhile", held=str(seen.held))
    await save_money(work, begun(journey, addition))
    work.publish(live_topic(journey.journey_id), b"")
