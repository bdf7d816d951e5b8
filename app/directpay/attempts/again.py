"""Pay in another way: the socket stays the driver's, the attempt before gives its money back."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID, uuid5

from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.directpay import store
from app.directpay.attempts.owed import pay_owed, ways_to_pay_owed
from app.directpay.attempts.store import network_of, save_attempt
from app.directpay.decide import CHECKOUT_WITHIN, KEEP_SOCKET_FOR, MOST_ATTEMPTS, Task
from app.directpay.desk import Desk, find, live_topic
from app.directpay.errors import PaymentOver
from app.directpay.guard.declines import check_declines
from app.directpay.model import Ended, Journey, Paying
from app.directpay.pay import payment_order, way_for
from app.directpay.scan import method_views, offered_ways
from app.directpay.views import MethodView
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import Origin
from app.funds.payments.routing.offers import WayToPay
from app.funds.payments.steps import begin_payment, request_return
from app.infra.database import Work

_AGAIN: Final = "again:"


@dataclass(frozen=True, slots=True)
class _Attempt:
    """The payment to begin, at which account, and where its page leads back to."""

    payment_id: UUID
    way: WayToPay
    evse: Evse
    return_url: str


async def pay_again(token: str, method: str, key: str, *, desk: Desk) -> str | None:
    """
    Begin another payment for a journey that is not paid; return the address of its page, or None.

    That may be before it begins, or a debt after it (`pay_owed`). What was tried before is called
    off, and given back if it succeeds all the same. The same *key* again is the same attempt.
    Raises JourneyNotFound, PaymentOver, MethodUnavailable, PaymentsDown and TooManyDeclines.
    """
    journey = await find(token, desk=desk)
    if isinstance(journey.state, Ended):
        return await pay_owed(journey, method, key, desk=desk)
    payment_id = uuid5(journey.journey_id, f"{_AGAIN}{key}")
    if payment_id != journey.payment_id:
        evse = await _evse(journey, desk)
        way = await way_for(evse, method, journey.locale, desk=desk)
        back = f"{desk.base_of(journey.operator_id)}/s/{token}/back"
        attempt = _Attempt(payment_id, way, evse, back)
        async with desk.database.work(journey.operator_id) as work:
            await _begin(work, journey, attempt)
    payment = await start_payment(payment_id, operator_id=journey.operator_id, desk=desk.payments)
    return payment.checkout_url


async def ways_again(journey: Journey, *, desk: Desk) -> tuple[MethodView, ...]:
    """Return the ways to pay a journey that is not paid yet; none any more when it is."""
    if isinstance(journey.state, Ended):
        return await ways_to_pay_owed(journey, desk=desk)
    if not isinstance(journey.state, Paying) or journey.state.tries + 1 >= MOST_ATTEMPTS:
        return ()
    evse = await _evse(journey, desk)
    return method_views(await offered_ways(evse, journey.locale, desk=desk), journey.held)


def attempt_key(journey: Journey) -> str:
    """Return the key that begins the next attempt once, whatever is pressed."""
    if isinstance(journey.state, Ended):
        return f"{journey.version}"
    tries = journey.state.tries if isinstance(journey.state, Paying) else 0
    return f"{tries + 1}"


async def _begin(work: Work, seen: Journey, attempt: _Attempt) -> None:
    # Payment, then journey: the order in which everyone locks.
    before = await request_return(work, seen.payment_id)
    journey = await store.lock_journey(work, seen.journey_id)
    if journey is not None and journey.payment_id == attempt.payment_id:
        return
    state = None if journey is None else journey.state
    if journey is None or journey.payment_id != seen.payment_id or not isinstance(state, Paying):
        raise PaymentOver("the session is paid, or over")
    if state.tries + 1 >= MOST_ATTEMPTS:
        raise PaymentOver("this session was tried to be paid too often")
    await check_declines(work, journey.evse_uid, await network_of(work, journey.journey_id))
    until = work.now + CHECKOUT_WITHIN
    paying = Paying(kept_until=work.now + KEEP_SOCKET_FOR, until=until, tries=state.tries + 1)
    journey = replace(
        journey, payment_id=attempt.payment_id, state=paying, version=journey.version + 1
    )
    await save_attempt(work, journey)
    work.defer(Task.WAKE, at=until, journey_id=journey.journey_id)
    # Whoever began in an app goes on there; credit is not offered again.
    origin = Origin.APP if before.origin is Origin.APP else Origin.WEB
    order = payment_order(journey, attempt.way, attempt.evse, attempt.return_url, origin=origin)
    await begin_payment(work, order)
    work.publish(live_topic(journey.journey_id), b"")


async def _evse(journey: Journey, desk: Desk) -> Evse:
    async with desk.database.work(journey.operator_id) as work:
        return await get_evse(work, journey.evse_uid)
