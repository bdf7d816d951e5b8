"""Pay what is owed after a session: a page of the provider for the price, as often as it takes."""

from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.directpay import store
from app.directpay.attempts.store import save_attempt
from app.directpay.desk import Desk, live_topic
from app.directpay.errors import PaymentOver
from app.directpay.model import Ended, Journey
from app.directpay.pay import payment_order, way_for
from app.directpay.scan import method_views, offered_ways
from app.directpay.views import MethodView
from app.funds.payments.model import AWAITED, Payment
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import Origin
from app.funds.payments.steps import (
    PaymentOrder,
    begin_payment,
    get_payment,
    lock_payments_of,
    request_capture,
    request_return,
)
from app.infra.database import Work
from app.kernel.money import Money

_OWED: Final = "owed:"


async def pay_owed(journey: Journey, method: str, key: str, *, desk: Desk) -> str | None:
    """
    Begin a payment for a price that is owed; return the address of its page, or None.

    What was tried before is called off, and given back if it succeeds all the same. The same *key*
    again is the same payment. Raises PaymentOver when nothing is owed, or the means is being
    charged at this moment; MethodUnavailable, PaymentsDown.
    """
    payment_id = uuid5(journey.journey_id, f"{_OWED}{key}")
    if payment_id != journey.payment_id:
        order = await _order(journey, method, payment_id, desk)
        async with desk.database.work(journey.operator_id) as work:
            await _begin(work, journey, order)
    payment = await start_payment(payment_id, operator_id=journey.operator_id, desk=desk.payments)
    return payment.checkout_url


async def ways_to_pay_owed(journey: Journey, *, desk: Desk) -> tuple[MethodView, ...]:
    """Return the ways to pay the price of a journey that is over; none when it is not owed."""
    if not _is_owed(journey):
        return ()
    async with desk.database.work(journey.operator_id) as work:
        if not _is_payable(journey, await get_payment(work, journey.payment_id)):
            return ()
        evse = await get_evse(work, journey.evse_uid)
    price = _price(journey)
    return method_views(await offered_ways(evse, journey.locale, desk=desk, amount=price), price)


async def _order(journey: Journey, method: str, payment_id: UUID, desk: Desk) -> PaymentOrder:
    async with desk.database.work(journey.operator_id) as work:
        evse: Evse = await get_evse(work, journey.evse_uid)
    price = _price(journey)
    way = await way_for(evse, method, journey.locale, desk=desk, amount=price)
    token = desk.secrets.token(journey.journey_id)
    back = f"{desk.base_of(journey.operator_id)}/s/{token}/back"
    paid_by = replace(journey, payment_id=payment_id)
    return replace(payment_order(paid_by, way, evse, back, origin=Origin.WEB), amount=price)


async def _begin(work: Work, seen: Journey, order: PaymentOrder) -> None:
    # Payments, then journey: the order in which everyone locks.
    await lock_payments_of(work, seen.session_id)
    journey = await store.lock_journey(work, seen.journey_id)
    if journey is None or journey.payment_id == order.payment_id:
        return
    before = await get_payment(work, journey.payment_id)
    if journey.payment_id != seen.payment_id or not _is_payable(journey, before):
        raise PaymentOver("nothing is owed for the session, or it is being paid right now")
    await save_attempt(
        work, replace(journey, payment_id=order.payment_id, version=journey.version + 1)
    )
    await request_return(work, before.payment_id, before.amount)
    await begin_payment(work, order)
    await request_capture(work, order.payment_id, order.amount)
    work.publish(live_topic(journey.journey_id), b"")


def _is_owed(journey: Journey) -> bool:
    return isinstance(journey.state, Ended) and journey.state.owed


def _is_payable(journey: Journey, now: Payment) -> bool:
    """Tell whether the price is owed, and the kept means is not being charged for it *now*."""
    return _is_owed(journey) and not (now.origin is Origin.KEPT_MEANS and now.status in AWAITED)


def _price(journey: Journey) -> Money:
    minor = journey.state.charged_minor if isinstance(journey.state, Ended) else 0
    return Money(minor, journey.held.currency)
