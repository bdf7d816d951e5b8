"""What a session at a terminal costs in the end, and what the terminal says that it collected."""

import logging
from decimal import Decimal
from uuid import UUID

from app.billing.receipts.read import receipt_of_session
from app.charging.sessions.read import get_session
from app.directpay import store
from app.directpay.advance import tell
from app.directpay.integrated.apply import apply_told
from app.directpay.integrated.invoice import make_invoice
from app.directpay.integrated.model import ReceiptRef, Settlement, Spot, pay_key
from app.directpay.integrated.store import add_settlement, transaction_of
from app.directpay.integrated.tap import journey_at_terminal
from app.directpay.integrated.till import Till
from app.directpay.letters.links import PageLinks
from app.directpay.model import Ended, Journey, Why
from app.directpay.news import PaymentLost
from app.directpay.settle import collect, give_back, settle
from app.funds.payments.events import OrderedOutside
from app.funds.payments.outside.answer import SettlementStatus, answer_outside
from app.funds.payments.ports import Origin
from app.funds.payments.steps import get_payment
from app.infra.database import Reactors, Work
from app.kernel.money import Money

log = logging.getLogger(__name__)


async def final_cost(spot: Spot, *, till: Till) -> Money | None:
    """
    Return what an ended transaction costs, incl. VAT: what its terminal is to collect.

    The session is priced at once, its receipt written. None where the terminal collects nothing.
    """
    async with till.database.work(spot.operator_id) as work:
        journey = await journey_at_terminal(work, spot)
    if journey is None:
        return None
    settled = await _priced(journey, till)
    if not isinstance(settled.state, Ended):
        return None
    return Money(settled.state.charged_minor, settled.held.currency)


async def take_settlement(told: Settlement, *, till: Till) -> ReceiptRef | None:
    """
    Keep and book what the terminal says of a settlement; return our receipt, or None.

    What comes before its session is priced, or even known, waits for it. An amount that is not our
    price is put on the work list. The same again changes nothing, and gets the same receipt.
    """
    async with till.database.work(told.operator_id) as work:
        await add_settlement(work, told)
        key = pay_key(told.identity, told.psp_ref)
        journey = await store.journey_by_pay_key(work, key)
        if journey is not None and told.status is SettlementStatus.CANCELLED:
            # Nobody pays any more for what is drawn from now on.
            await tell(work, journey.journey_id, PaymentLost(Why.CANCELLED))
    if journey is None:
        log.warning("%s: a settlement of an unknown %s waits", told.identity, told.psp_ref)
        return None
    journey = await _priced(journey, till)
    if not isinstance(journey.state, Ended):
        return None
    await _decide(journey, till)
    async with till.database.work(told.operator_id) as work:
        await _apply(work, journey)
    if told.status is not SettlementStatus.SETTLED:
        return None
    return await _receipt(journey, told, till)


async def settle_reference(
    operator_id: UUID, identity: str, reference: str, amount: Decimal, *, till: Till
) -> bool:
    """Do as `take_settlement` by a *reference* of the terminal's own; False: there is none."""
    async with till.database.work(operator_id) as work:
        transaction_id = await transaction_of(work, identity, reference)
        journey = None
        if transaction_id is not None:
            journey = await journey_at_terminal(work, Spot(operator_id, identity, transaction_id))
        payment = None if journey is None else await get_payment(work, journey.payment_id)
    if payment is None or payment.provider_ref is None:
        return False
    done = SettlementStatus.SETTLED
    told = Settlement(operator_id, identity, payment.provider_ref, done, amount, settled_at=None)
    await take_settlement(told, till=till)
    return True


def reactors() -> Reactors:
    """Return what answers the orders to collect that go to the terminals of charge points."""
    return {OrderedOutside: (_on_ordered,)}


async def _on_ordered(work: Work, event: OrderedOutside) -> None:
    payment = await get_payment(work, event.payment_id)
    if payment.origin is not Origin.OCPP_TERMINAL:
        return
    await answer_outside(work, event.payment_id, event.operation_id)
    journey = await store.journey_of_session(work, payment.subject_id)
    if journey is not None:
        await _apply(work, journey)


async def _priced(journey: Journey, till: Till) -> Journey:
    """Return the journey after it was priced, if its transaction is over."""
    await settle(journey.journey_id, operator_id=journey.operator_id, desk=till)
    async with till.database.work(journey.operator_id) as work:
        now = await store.get_journey(work, journey.journey_id)
    assert now is not None, "journeys are never deleted"  # noqa: S101
    return now


async def _decide(journey: Journey, till: Till) -> None:
    """Decide what stays of the money, should the job that does it not have run yet."""
    state = journey.state
    assert isinstance(state, Ended)  # noqa: S101 - see the caller
    move = collect if state.charged_minor else give_back
    await move(journey.journey_id, operator_id=journey.operator_id, desk=till)


async def _apply(work: Work, journey: Journey) -> None:
    session = await get_session(work, journey.session_id)
    await apply_told(work, journey, session.identity)


async def _receipt(journey: Journey, told: Settlement, till: Till) -> ReceiptRef | None:
    async with till.database.work(journey.operator_id) as work:
        receipt = await receipt_of_session(work, journey.session_id)
    if receipt is None:
        return None
    if told.company is not None:
        receipt = await make_invoice(receipt, told.company, till=till)
    # Nothing is left to stop: it is the payer's own page, with the PDF and the invoice.
    links = PageLinks(till.secrets, till.base_of)
    return ReceiptRef(links.to_control(journey.journey_id, journey.operator_id), receipt.number)
