"""Carry a refund out: the credit note, its mail, the books, and the money."""

from uuid import UUID

from app.billing.receipts.credits.issue import Credit, issue_credit_note, remaining_taxes
from app.billing.receipts.errors import ReceiptNotFound
from app.billing.receipts.model import Receipt
from app.billing.receipts.send import mail_to_known
from app.directpay import store as journeys
from app.directpay.books.sale import book_credit_note
from app.directpay.refunds.errors import RefundInvalid
from app.directpay.refunds.model import Refund
from app.funds.payments.model import Payment
from app.funds.payments.steps import lock_for_change, request_capture
from app.infra.database import Work


async def carry_out(work: Work, receipt: Receipt, refund: Refund) -> Receipt:
    """
    Step: give *refund* back, and return its credit note.

    The payment keeps that much less; the provider is asked by a job, and what it refuses is on the
    work list. Raises CreditTooLarge, AmountNotPossible for more than the driver paid, and
    RefundInvalid as long as it is not known what the payment keeps.
    """
    payment = await lock_payment_of(work, receipt.session_id)
    if payment.keep is None:
        raise RefundInvalid("the money of this session is not collected yet", key=refund.refund_id)
    await request_capture(work, payment.payment_id, payment.keep - refund.amount)
    left = await remaining_taxes(work, receipt)
    credit = Credit(refund.refund_id, refund.amount, refund.reason)
    note = await issue_credit_note(work, receipt, credit)
    await book_credit_note(work, note, payment, left)
    await mail_to_known(work, note)
    return note


async def lock_payment_of(work: Work, session_id: UUID) -> Payment:
    """Step: lock and return the payment of a session. Raises ReceiptNotFound without one."""
    journey = await journeys.journey_of_session(work, session_id)
    if journey is None:
        raise ReceiptNotFound("nobody paid for this session", session_id=session_id)
    return await lock_for_change(work, journey.payment_id)
