"""Ask for a refund: small ones are carried out at once, larger ones wait for a second person."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from app.billing.receipts.credits.issue import remaining_taxes
from app.billing.receipts.errors import CreditTooLarge
from app.billing.receipts.model import DocumentKind, Receipt
from app.billing.receipts.read import receipt_by_number
from app.billing.receipts.rules import total
from app.directpay.afterwards.read import debt_of_session
from app.directpay.refunds import store
from app.directpay.refunds.carry_out import carry_out
from app.directpay.refunds.errors import RefundInvalid
from app.directpay.refunds.model import Refund, RefundState
from app.funds.payments.steps import lock_payments_of
from app.infra.database import Database, Work
from app.kernel.money import Money
from app.people.identity.read import get_operator

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """
    What is asked for: *amount*, or all that is left (None), of the document *receipt_number*.

    *key* makes asking twice harmless; *asked_by* is a name, as the log shall have it.
    """

    receipt_number: str
    amount: Money | None
    reason: str
    asked_by: str
    key: str


async def ask_refund(order: RefundOrder, *, operator_id: UUID, database: Database) -> Refund:
    """
    Return the refund: DONE when one person may decide it, else ASKED.

    The operator's limit counts all refunds of a session together. Raises ReceiptNotFound,
    RefundInvalid, CreditTooLarge, and what `carry_out` raises.
    """
    if not 0 < len(order.reason.strip()) <= LONGEST_REASON or not order.asked_by.strip():
        raise RefundInvalid(f"say why, in 1 to {LONGEST_REASON} characters, and who asks")
    async with database.work(operator_id) as work:
        receipt = await receipt_by_number(work, order.receipt_number)
        if receipt.kind is DocumentKind.CREDIT_NOTE:
            raise RefundInvalid("a credit note is not corrected", number=receipt.number)
        # Whoever refunds the same session waits here.
        await lock_payments_of(work, receipt.session_id)
        if await debt_of_session(work, receipt.session_id) is not None:
            raise RefundInvalid("this session is not paid yet", number=receipt.number)
        refund_id = uuid5(receipt.receipt_id, order.key)
        known = await store.lock(work, refund_id)
        if known is not None:
            return _same(known, order)
        return await _ask(work, receipt, refund_id, order)


async def _ask(work: Work, receipt: Receipt, refund_id: UUID, order: RefundOrder) -> Refund:
    left = await _left(work, receipt)
    amount = left if order.amount is None else order.amount
    if amount.currency != left.currency:
        raise RefundInvalid(f"it was charged in {left.currency}", number=receipt.number)
    if not Money.zero(left.currency) < amount <= left:
        detail = f"{amount} of {left}, which is left of {receipt.number}"
        raise CreditTooLarge(detail, most=str(left))
    refund = Refund(
        refund_id=refund_id,
        session_id=receipt.session_id,
        receipt_number=receipt.number,
        amount=amount,
        reason=" ".join(order.reason.split()),
        asked_by=order.asked_by.strip(),
        asked_at=work.now,
    )
    if not await _needs_two(work, refund):
        refund = replace(
            refund, state=RefundState.DONE, decided_by=refund.asked_by, decided_at=work.now
        )
    await store.add(work, refund)
    if refund.state is RefundState.DONE:
        await carry_out(work, receipt, refund)
    return refund


async def _left(work: Work, receipt: Receipt) -> Money:
    """Return what can be given back: of the price, what the driver paid and has not got back."""
    price = total(tax.gross for tax in await remaining_taxes(work, receipt))
    kept = [one.keep for one in await lock_payments_of(work, receipt.session_id)]
    # What a partner paid is the partner's affair. Without a decision `carry_out` refuses.
    if None in kept:
        return price
    return min(price, total([Money.zero(price.currency), *(each for each in kept if each)]))


async def _needs_two(work: Work, refund: Refund) -> bool:
    limit = (await get_operator(work)).refund_limit
    if limit is None or limit.currency != refund.amount.currency:
        return limit is not None
    before = await store.asked_of(work, refund.session_id)
    return before + refund.amount.minor > limit.minor


def _same(known: Refund, order: RefundOrder) -> Refund:
    if order.amount not in (None, known.amount):
        raise RefundInvalid("this key asked for another amount", refund_id=known.refund_id)
    return known
