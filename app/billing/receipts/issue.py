"""Give a session its receipt."""

from app.billing.receipts import store
from app.billing.receipts.model import Receipt, ReceiptDraft
from app.billing.receipts.rules import check_draft
from app.infra.database import Work


async def issue_receipt(work: Work, draft: ReceiptDraft) -> Receipt:
    """
    Return the receipt of the draft's session, numbered and stored: a step of the caller's work.

    Numbers have no gap per operator and series: the series row stays locked until the transaction
    ends, so issue last. The same session gets the same receipt again. Raises NothingCharged for a
    draft without an amount, ReceiptDoesNotAddUp for one whose lines, taxes and payment disagree.
    """
    check_draft(draft)
    return await store.issue(work, draft)
