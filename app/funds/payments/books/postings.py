"""What is posted when the money of a payment has moved."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

import msgspec

from app.funds.ledger.chart import Book
from app.funds.ledger.model import Fact, Posting, TransactionKind
from app.funds.ledger.postings import payments as table
from app.funds.ledger.postings.payments import Paid
from app.funds.ledger.postings.providers import charged_back
from app.funds.ledger.postings.shares import share_done, share_recalled
from app.funds.payments.books.standing import Standing, standing
from app.funds.payments.model import OperationKind, Payment
from app.kernel.money import Money

NOTHING = Standing()
_MARK_LENGTH = 16


def change(before: Payment, after: Payment) -> Standing:
    """Return how the money moved; all of it for a payment that the books did not know."""
    return standing(after) - (standing(before) if before.booked else NOTHING)


def postings(after: Payment, moved: Standing, book: Book, at: datetime) -> Iterator[Posting]:
    """Yield the rows of the posting table for the money that *moved*, up to the payment *after*."""
    paid = Paid(after.payment_id, after.account_id, after.subject_id)
    mark = mark_of(after)

    def fact(kind: TransactionKind) -> Fact:
        return Fact(f"{kind}:{after.payment_id}:{mark}", after.payment_id, book, at)

    def money(minor: int) -> Money:
        return Money(minor, after.amount.currency)

    yield table.held(fact(TransactionKind.HOLD), paid, money(moved.held))
    yield table.captured(fact(TransactionKind.CAPTURE), paid, money(moved.captured))
    yield table.paid_first(fact(TransactionKind.PAID_FIRST), paid, money(moved.paid_first))
    yield table.price_kept(
        fact(TransactionKind.PRICE_KEPT), paid, advance=money(moved.applied), due=money(moved.due)
    )
    yield table.refund_requested(
        fact(TransactionKind.REFUND_REQUESTED),
        paid,
        due=money(moved.requested),
        unexplained=money(moved.unexplained),
    )
    yield table.refund_done(fact(TransactionKind.REFUND_DONE), paid, money(moved.done))
    yield table.refund_failed(fact(TransactionKind.REFUND_FAILED), paid, money(moved.failed))
    chargeback = fact(TransactionKind.CHARGEBACK)
    yield charged_back(chargeback, after.account_id, money(moved.disputed))
    if after.sharing is not None:
        recall = fact(TransactionKind.SHARE_RECALLED)
        cpo = after.sharing.cpo
        yield share_recalled(recall, cpo, after.payment_id, money(moved.recalled))
        yield share_done(fact(TransactionKind.SHARE_DONE), paid, money(moved.shared))


def _shared(payment: Payment) -> Iterator[object]:
    """Yield what moves the share of an operator; nothing where there is none."""
    if payment.sharing is not None:
        yield payment.sharing.goal.minor
        yield [(order.operation_id, order.state) for order in payment.operations if order.share]


def mark_of(payment: Payment) -> str:
    """
    Return the mark of a state, for the key of what was posted on the way to it.

    All that moves money is in it, and none of it ever goes back to what it was: a state comes once.
    """
    refunds = payment.of_kind(OperationKind.REFUND)
    facts = (
        payment.status,
        payment.taken.minor,
        payment.limit.minor,
        None if payment.keep is None else payment.keep.minor,
        [(part.kind, part.provider_ref, part.status) for part in payment.parts],
        [(order.operation_id, order.state) for order in refunds],
        *_shared(payment),
    )
    return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()[:_MARK_LENGTH]
