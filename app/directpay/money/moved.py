"""The payments of a journey together: whose they are, and whether all of their money went."""

from uuid import UUID

from app.directpay import store
from app.directpay.model import Journey
from app.directpay.money.additions import payments_that_count
from app.funds.payments.steps import get_payment
from app.infra.database import Work


async def all_moved(work: Work, journey: Journey) -> bool:
    """Step: tell whether the providers have taken every order for the journey's money."""
    if len(payments_that_count(journey)) == 1:
        return True
    found = [await get_payment(work, each) for each in payments_that_count(journey)]
    return all(payment.is_settled for payment in found)


async def journey_of_addition(work: Work, payment_id: UUID) -> Journey | None:
    """Step: return the journey that a further payment was added to, or None."""
    payment = await get_payment(work, payment_id)
    return await store.journey_of_session(work, payment.subject_id)
