"""Write off a price that cannot be collected: a person's decision, with a reason."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.billing.receipts.read import receipt_by_number
from app.directpay.afterwards.forgive import forgive
from app.directpay.errors import NothingToWriteOff
from app.funds.ledger.chart import AccountKind
from app.funds.ledger.model import AccountKey, Fact, TransactionKind
from app.funds.ledger.post import balance_of, post_at_end
from app.funds.ledger.postings.sales import written_off
from app.funds.payments.books import book_of
from app.funds.payments.steps import lock_payments_of
from app.funds.payments.worklist import resolve_item, work_items
from app.infra.database import Database, Work
from app.kernel.money import Money

# The reasons are accounts: few, and the same words each time.
_REASON = re.compile(r"[a-z][a-z_]{2,39}")


@dataclass(frozen=True, slots=True)
class WriteOff:
    """Which document's price, why (a word such as `hold_lost`), and who decides it."""

    receipt_number: str
    reason: str
    by: str


async def write_off(order: WriteOff, *, operator_id: UUID, database: Database) -> Money:
    """
    Give up what is still owed of a receipt, resolve its open items, and return how much it was.

    VAT that was owed stays owed. Raises ReceiptNotFound, NothingToWriteOff.
    """
    if not _REASON.fullmatch(order.reason):
        raise NothingToWriteOff("a reason is a word such as hold_lost", reason=order.reason)
    async with database.work(operator_id) as work:
        receipt = await receipt_by_number(work, order.receipt_number)
        payments = await lock_payments_of(work, receipt.session_id)
        if not payments:
            raise NothingToWriteOff("nobody paid for this session", number=receipt.number)
        book = await book_of(work, payments[0].account_id)
        currency = payments[0].amount.currency
        clearing = AccountKey(book, AccountKind.CLEARING.of(receipt.session_id), currency)
        how = f"written off by {order.by}: {order.reason}"
        debt = await forgive(work, receipt.session_id, how)
        owed = await balance_of(work, clearing) + (debt or Money.zero(currency))
        if owed <= Money.zero(currency):
            raise NothingToWriteOff("it is collected", number=receipt.number)
        key = f"{TransactionKind.WRITE_OFF}:{receipt.session_id}:{owed.minor}"
        fact = Fact(key, receipt.session_id, book, work.now)
        post_at_end(work, written_off(fact, receipt.session_id, owed, order.reason))
        ids = {payment.payment_id for payment in payments}
        await _resolve(work, ids, how)
    return owed


async def _resolve(work: Work, payment_ids: Collection[UUID], resolution: str) -> None:
    for item in await work_items(work):
        if item.payment_id in payment_ids:
            await resolve_item(work, item.item_id, resolution)
