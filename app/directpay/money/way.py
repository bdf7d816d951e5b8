"""How more can be added to what a journey holds now."""

from app.directpay.model import Addition, Charging, Journey
from app.directpay.money.additions import waiting
from app.directpay.money.policy import hold_policy
from app.directpay.prices.views import MoneyView
from app.directpay.views import MoreView
from app.funds.payments.accounts import provider_of
from app.funds.payments.model import Payment, PaymentStatus
from app.funds.payments.providers.capabilities import capability
from app.funds.payments.steps import get_payment
from app.funds.wallet.read import spendable_of
from app.infra.database import Work
from app.kernel.money import Money


async def may_raise(work: Work, journey: Journey, payment: Payment) -> bool:
    """Step: tell whether the journey's first *payment* can grow; one that was refused can't."""
    can = capability(await provider_of(work, payment.account_id), payment.method)
    was_refused = any(each.raises and each.lost for each in journey.additions)
    is_held = payment.status is PaymentStatus.AUTHORISED and payment.keep is None
    is_held = is_held and not payment.is_promise
    return is_held and not was_refused and can is not None and can.raises


async def more_view(work: Work, journey: Journey, payment: Payment) -> MoreView | None:
    """Step: return what the page offers to add, or None when nothing can be added."""
    if not isinstance(journey.state, Charging):
        return None
    asked = waiting(journey)
    if asked is not None:
        return MoreView(
            amount=MoneyView(asked.minor, journey.held.currency),
            key="",
            waiting=True,
            checkout_url=None if asked.raises else await _page(work, asked),
        )
    step = (await hold_policy(work)).next_step(journey.held)
    if step is None or not await is_there(work, payment, step):
        return None
    raises = await may_raise(work, journey, payment)
    if (payment.device is not None or payment.is_outside) and not raises:
        # A terminal asked for this card; there is no page for a second payment with it.
        return None
    return MoreView(
        amount=MoneyView(step.minor, step.currency),
        key=f"{journey.held.minor}-{len(journey.additions)}",
        by_page=not raises,
    )


async def is_there(work: Work, payment: Payment, step: Money) -> bool:
    """
    Step: tell whether a wallet, if it is one that pays, still has *step* more.

    Who pays after the session agreed to one limit: nothing is secured that could grow.
    """
    if payment.is_promise:
        return False
    if not payment.is_in_house:
        return True
    left = await spendable_of(work, payment.payment_id)
    return left is not None and left >= step


async def _page(work: Work, asked: Addition) -> str | None:
    return (await get_payment(work, asked.addition_id)).checkout_url
