"""Write off a price that cannot be collected: a person's decision, with a reason."""

import re
from dataclasses import dataclass
from uuid import UUID

from app.billing.receipts.read import receipt_by_number
from app.directpay import store
from app.directpay.errors import NothingToWriteOff
from app.funds.ledger.chart import AccountKind
from app.funds.ledger.model import AccountKey, Fact, TransactionKind
from app.funds.ledger.post import balance_of, post
from app.funds.ledger.postings.sales import written_off
from app.funds.payments.books import book_of
from app.funds.payments.steps import lock_for_change
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
        journey = await store.journey_of_session(work, receipt.session_id)
        if journey is None:
            raise NothingToWriteOff("nobody paid for this session", number=receipt.number)
        payment = await lock_for_change(work, journey.payment_id)
        book = await book_of(work, payment.account_id)
        currency = payment.amount.currency
        clearing = AccountKey(book, AccountKind.CLEARING.of(receipt.session_id), currency)
        owed = await balance_of(work, clearing)
        if owed <= Money.zero(currency):
            raise NothingToWriteOff("it is collected", number=receipt.number)
        key = f"{TransactionKind.WRITE_OFF}:{receipt.session_id}:{owed.minor}"
        fact = Fact(key, receipt.session_id, book, work.now)
        await post(work, written_off(fact, receipt.session_id, owed, order.reason))
        await _resolve(work, payment.payment_id, f"written off by {order.by}: {order.reason}")
    return owed


async def _resolve(work: Work, payment_id: UUID, resolution: str) -> None:
    for item in await work_items(work):
        if item.payment_id == payment_id:
            await resolve_item(work, item.item_id, resolution)
