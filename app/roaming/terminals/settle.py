"""What a provider's terminal collected for a journey of ours, and what is ordered of it."""

from typing import Final
from uuid import UUID

from app.directpay.advance import ask_a_person
from app.directpay.authorised.live import read_journey
from app.directpay.integrated.apply import apply_told, take_told
from app.directpay.integrated.model import Settlement
from app.funds.payments.events import OrderedOutside, Trouble
from app.funds.payments.model import OperationKind, Payment
from app.funds.payments.outside.answer import (
    SettlementStatus,
    Told,
    answer_outside,
    await_refund,
    tell_outside,
)
from app.funds.payments.ports import Origin
from app.funds.payments.steps import get_payment
from app.infra.database import Reactors, Work
from app.kernel.money import Money
from app.roaming.debts.credit import lower_by_refund
from app.roaming.here import store as guests
from app.roaming.here.model import Guest
from app.roaming.terminals.model import FAILED
from app.roaming.wire.payments import FinancialAdviceConfirmation

# OCPI 2.3.0, mod_payments: what of the card's terminal has to be on the invoice, line by line.
_LONGEST_INSTRUMENT: Final = 1000
_REFUND: Final = "a refund"


def settle_reactors() -> Reactors:
    """Return what answers the orders that go to the providers of terminals."""
    return {OrderedOutside: (_ordered,)}


async def take_advice(work: Work, guest: Guest, told: FinancialAdviceConfirmation) -> None:
    """
    Step: keep what a terminal collected for the journey of *guest*, and book it as it is.

    It waits for the price, if that is not decided. What is not the price is put on the work list,
    and so is what was collected in another currency, which is not booked.
    """
    assert guest.journey_id is not None, "see the caller"  # noqa: S101
    journey = await read_journey(work, guest.journey_id)
    assert journey is not None, "journeys are never deleted"  # noqa: S101
    if told.currency != journey.held.currency:
        words = f"{told.total_costs.gross} {told.currency} was collected: advice {told.id}"
        await ask_a_person(work, journey, Trouble.AMOUNT_DIFFERS, words)
        return
    await take_told(work, journey, _settlement(work, guest, told))


def source_of(platform_id: UUID) -> str:
    """Return under which name the settlements of a platform's terminals are kept."""
    return f"ocpi:{platform_id}"


def _settlement(work: Work, guest: Guest, told: FinancialAdviceConfirmation) -> Settlement:
    is_failed = told.capture_status_code.upper() == FAILED
    return Settlement(
        operator_id=work.operator_id,
        identity=source_of(guest.platform_id),
        psp_ref=told.authorization_reference,
        status=SettlementStatus.FAILED if is_failed else SettlementStatus.SETTLED,
        amount=told.total_costs.gross,
        settled_at=told.last_updated,
        detail=told.capture_status_message or told.capture_status_code,
        instrument=", ".join(told.eft_data)[:_LONGEST_INSTRUMENT] or None,
    )


async def _ordered(work: Work, event: OrderedOutside) -> None:
    payment = await get_payment(work, event.payment_id)
    if payment.origin is not Origin.OCPI_PTP:
        return
    guest = await guests.find(work, payment.subject_id)
    if guest is None or guest.journey_id is None:
        await answer_outside(work, event.payment_id, event.operation_id)
        return
    await _answer(work, guest, payment, event.operation_id)
    journey = await read_journey(work, guest.journey_id)
    assert journey is not None, "journeys are never deleted"  # noqa: S101
    await apply_told(work, journey, source_of(guest.platform_id))


async def _answer(work: Work, guest: Guest, payment: Payment, operation_id: UUID) -> None:
    """Say what becomes of an order: it is told by CDRs, and confirmed by whoever collects."""
    operation = payment.operation(operation_id)
    if operation.kind is OperationKind.REFUND and payment.keep is not None:
        credit_id = await lower_by_refund(work, guest, payment.keep, _REFUND)
        if credit_id is not None:
            await await_refund(work, payment.payment_id, operation_id, credit_id)
            return
    await answer_outside(work, payment.payment_id, operation_id)
    if operation.kind is OperationKind.RELEASE and not payment.keep:
        # A session without a price is told, and the provider lets go of its authorisation.
        await tell_outside(work, payment.payment_id, _released(payment.amount.currency))


def _released(currency: str) -> Told:
    return Told(SettlementStatus.CANCELLED, Money.zero(currency), "nothing was charged")
