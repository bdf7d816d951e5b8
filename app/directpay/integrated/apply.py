"""What terminals told of a settlement changes the payment, once its price is decided."""

from app.directpay.advance import ask_a_person
from app.directpay.integrated.model import Settlement
from app.directpay.integrated.store import add_settlement, take_waiting
from app.directpay.model import Journey
from app.funds.payments.events import Trouble
from app.funds.payments.outside.answer import SettlementStatus, Told, tell_outside
from app.funds.payments.steps import lock_payments_of
from app.infra.database import Work
from app.kernel.money import Money


async def take_told(work: Work, journey: Journey, told: Settlement) -> None:
    """Step: keep what was *told* of the payment of *journey*, and apply it; the same again not."""
    await add_settlement(work, told)
    await apply_told(work, journey, told.identity)


async def apply_told(work: Work, journey: Journey, identity: str) -> None:
    """
    Step: let what the terminals of *identity* told so far change the payment of *journey*.

    It waits until the price is decided. What was applied is applied once.
    """
    payments = await lock_payments_of(work, journey.session_id)
    payment = next(one for one in payments if one.payment_id == journey.payment_id)
    if payment.keep is None or payment.provider_ref is None:
        return
    for one in await take_waiting(work, identity, payment.provider_ref):
        amount = Money.of(one.amount, payment.amount.currency)
        told = Told(one.status, amount, one.detail, one.instrument)
        if payment.is_outside:
            await tell_outside(work, payment.payment_id, told)
        elif told.status is SettlementStatus.SETTLED and told.amount:
            words = f"the terminal says that it collected {told.amount}, and so do we"
            await ask_a_person(work, journey, Trouble.PAID_TWICE, words)
