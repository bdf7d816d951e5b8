"""Steps that keep the ledger where the payments are."""

from dataclasses import replace
from uuid import UUID

from app.funds.ledger.chart import Book
from app.funds.ledger.post import post_at_end
from app.funds.payments import store
from app.funds.payments.accounts import mode_of
from app.funds.payments.books.postings import NOTHING, change, mark_of, postings
from app.funds.payments.events import PaymentBooked, PaymentDisputed
from app.funds.payments.model import Payment
from app.infra.database import EVERY_OPERATOR, Database, Work
from app.kernel.money import Money

BATCH = 200


async def post_change(work: Work, before: Payment, after: Payment) -> None:
    """
    Step: post what moved between *before* and *after*, with the work's commit.

    What a wallet pays is posted by the wallet, which knows its lots.
    """
    if after.is_in_house:
        return
    moved = change(before, after)
    if moved != NOTHING:
        book = await book_of(work, after.account_id)
        post_at_end(work, *postings(after, moved, book, work.now))
    if moved.disputed:
        disputed = Money(moved.disputed, after.amount.currency)
        await work.emit(PaymentDisputed(after.payment_id, disputed, mark_of(after)))
    if not before.booked:
        await work.emit(PaymentBooked(after.payment_id))


async def book_of(work: Work, account_id: UUID) -> Book:
    """Step: return the book of a provider account: live money, or that of its test mode."""
    return Book(await mode_of(work, account_id))


async def open_books(*, database: Database) -> int:
    """
    Book every payment from before there was a ledger as it stands now; return how many.

    Safe to repeat, and to run beside everything else: whatever moves such a payment books it.
    """
    total = 0
    while True:
        async with database.work(EVERY_OPERATOR) as work:
            unbooked = await store.unbooked(work, BATCH)
        for operator_id, payment_id in unbooked:
            async with database.work(operator_id) as work:
                await book_payment(work, payment_id)
        total += len(unbooked)
        if len(unbooked) < BATCH:
            return total


async def book_payment(work: Work, payment_id: UUID) -> None:
    """Step: book a payment as it stands, unless it is booked."""
    payment = await store.lock_payment(work, payment_id)
    if payment is None or payment.booked:
        return
    booked = replace(payment, booked=True)
    await store.save_payment(work, payment, booked)
    await post_change(work, payment, booked)
