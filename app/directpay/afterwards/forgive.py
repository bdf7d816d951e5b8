"""Give up what a driver owes."""

from dataclasses import replace
from uuid import UUID

from app.directpay import store as journeys
from app.directpay.advance import move
from app.directpay.afterwards import store
from app.directpay.afterwards.follow import end_debt
from app.directpay.afterwards.model import PromiseState
from app.directpay.news import MoneyMoved
from app.funds.payments.steps import get_payment, request_return
from app.infra.database import Work
from app.kernel.money import Money


async def forgive(work: Work, session_id: UUID, how: str) -> Money | None:
    """
    Step: end the debt of a session whose payments are locked, and return it; None: there is none.

    What was owed is the session's price again. What still comes in goes back.
    """
    seen = await journeys.journey_of_session(work, session_id)
    journey = None if seen is None else await journeys.lock_journey(work, seen.journey_id)
    promise = None if journey is None else await store.lock(work, journey.journey_id)
    if journey is None or promise is None or promise.state is not PromiseState.OWED:
        return None
    await end_debt(work, journey, promise, how)
    await store.save(work, replace(promise, state=PromiseState.FORGIVEN, again_at=None))
    payment = await get_payment(work, journey.payment_id)
    await request_return(work, payment.payment_id, payment.amount)
    await move(work, journey, MoneyMoved())
    return promise.price
