"""Carry a refund out: the credit note, its mail, the books, and the money."""

from collections.abc import Sequence

from app.billing.receipts.credits.issue import Credit, issue_credit_note, remaining_taxes
from app.billing.receipts.errors import CreditTooLarge
from app.billing.receipts.model import Receipt
from app.billing.receipts.send import mail_to_known
from app.directpay.books.sale import book_credit_note
from app.directpay.refunds.errors import RefundInvalid
from app.directpay.refunds.model import Refund
from app.funds.payments.model import Payment
from app.funds.payments.steps import lock_payments_of, request_capture
from app.infra.database import Work
from app.kernel.money import Money


async def carry_out(work: Work, receipt: Receipt, refund: Refund) -> Receipt:
    """
    Step: give *refund* back, and return its credit note.

    The payments of the session keep that much less, the latest first; the provider is asked by a
    job, and what it refuses is on the work list. Raises CreditTooLarge for more than the driver
    paid, and RefundInvalid as long as it is not known what the payments keep.
    """
    payments = await lock_payments_of(work, receipt.session_id)
    parts = _parts(payments, refund)
    left = await remaining_taxes(work, receipt)
    credit = Credit(refund.refund_id, refund.amount, refund.reason)
    note = await issue_credit_note(work, receipt, credit)
    unearned = await book_credit_note(work, note, payments[0], left)
    await _give_back(work, parts, unearned)
    await mail_to_known(work, note)
    return note


def _parts(payments: Sequence[Payment], refund: Refund) -> list[tuple[Payment, Money]]:
    """Return what each payment gives back, the latest first."""
    owed, parts = refund.amount, []
    for payment in reversed(payments):
        if payment.keep is None:
            detail = "the money of this session is not collected yet"
            raise RefundInvalid(detail, refund_id=refund.refund_id)
        part = min(owed, payment.keep)
        parts.append((payment, part))
        owed -= part
    if owed > Money.zero(owed.currency):
        raise CreditTooLarge(f"the driver paid {owed} less", most=str(refund.amount - owed))
    return [(payment, part) for payment, part in parts if part]


async def _give_back(work: Work, parts: Sequence[tuple[Payment, Money]], unearned: Money) -> None:
    """Ask for what goes back; what the operator earned less comes back from it, if it got it."""
    for payment, part in parts:
        assert payment.keep is not None, "see above"  # noqa: S101
        rest, share = payment.keep - part, None
        if payment.sharing is not None:
            taken_back = min(unearned, part, payment.sharing.goal)
            share, unearned = payment.sharing.goal - taken_back, unearned - taken_back
        await request_capture(work, payment.payment_id, rest, share=share)
