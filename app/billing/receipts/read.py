"""Find the documents of a session."""

from collections.abc import Collection
from uuid import UUID

from app.billing.receipts import store
from app.billing.receipts.briefs.model import Brief
from app.billing.receipts.briefs.store import briefs_of
from app.billing.receipts.deliveries.model import Delivery
from app.billing.receipts.errors import ReceiptNotFound
from app.billing.receipts.model import Receipt
from app.infra.database import Work


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
    return await store.find_valid(work, session_id)


async def briefs_of_sessions(work: Work, session_ids: Collection[UUID]) -> dict[UUID, Brief]:
    """Return what lists show of the valid documents of sessions, by session: a step."""
    return {brief.session_id: brief for brief in await briefs_of(work, session_ids)}


async def deliveries_of_session(work: Work, session_id: UUID) -> list[Delivery]:
    """Return the mails of the session's documents, oldest first: a step."""
    return await store.deliveries_of(work, session_id)
