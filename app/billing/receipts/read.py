"""Find the documents of a session."""

from collections.abc import Collection
from uuid import UUID

from app.billing.receipts import store
from app.billing.receipts.briefs.model import Brief
from app.billing.receipts.briefs.store import briefs_of
from app.billing.receipts.deliveries.model import Mails
from app.billing.receipts.deliveries.store import mails_of_session
from app.billing.receipts.errors import ReceiptNotFound
from app.billing.receipts.model import Receipt
from app.infra.database import Work
from app.infra.question import Question, answer


async def get_receipt(work: Work, receipt_id: UUID) -> Receipt:
    """Return a receipt or an invoice: a step. Raises ReceiptNotFound."""
    receipt = await store.find_receipt(work, receipt_id)
    if receipt is None:
        raise ReceiptNotFound("no receipt has this id", receipt_id=str(receipt_id))
    return receipt


async def receipt_by_number(work: Work, number: str) -> Receipt:
    """Return the document with this number: a step. Raises ReceiptNotFound."""
    receipt = await store.find_by_number(work, number)
    if receipt is None:
        raise ReceiptNotFound("no document has this number", number=number)
    return receipt


async def receipt_of_session(work: Work, session_id: UUID) -> Receipt | None:
    """Return the session's valid document, the invoice where one was made, or None: a step."""
    return await answer(work, valid_document(work.operator_id, session_id))


def valid_document(operator_id: UUID, session_id: UUID) -> Question[Receipt | None]:
    """Ask for the session's valid document, as `receipt_of_session` returns it."""
    return store.find_valid(operator_id, session_id)


def mails_of_documents(operator_id: UUID, session_id: UUID) -> Question[Mails]:
    """Ask what became of the mails of the session's documents."""
    return mails_of_session(operator_id, session_id)


async def briefs_of_sessions(work: Work, session_ids: Collection[UUID]) -> dict[UUID, Brief]:
    """Return what lists show of the valid documents of sessions, by session: a step."""
    return {brief.session_id: brief for brief in await briefs_of(work, session_ids)}
