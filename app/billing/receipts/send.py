"""Mail a session's receipt to an address."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from app.billing.receipts import store
from app.billing.receipts.deliveries.model import Delivery, DeliveryState
from app.billing.receipts.deliveries.store import forget_deliveries_of
from app.billing.receipts.errors import InvalidMailAddress, ReceiptNotFound, TooManyMails
from app.billing.receipts.model import Receipt
from app.billing.receipts.read import receipt_of_session
from app.infra.addresses import one_address
from app.infra.database import Database, Work

SEND_TASK = "receipts.send"
# Nobody may fill a stranger's mailbox with our help.
MAILS_PER_SESSION = 3


async def send_receipt(
    session_id: UUID, address: str, *, operator_id: UUID, database: Database
) -> Delivery:
    """
    Mail the session's valid document to *address* and return the mail on its way.

    Asking again while that mail still waits changes nothing. Raises ReceiptNotFound,
    InvalidMailAddress, and TooManyMails after MAILS_PER_SESSION.
    """
    async with database.work(operator_id) as work:
        receipt = await receipt_of_session(work, session_id)
        if receipt is None:
            raise ReceiptNotFound("this session has no receipt", session_id=str(session_id))
        return await queue_receipt_mail(work, receipt, address)


async def queue_receipt_mail(
    work: Work, receipt: Receipt, address: str, *, other_mails: int = 0
) -> Delivery:
    """
    Put a mail of *receipt* on its way with the caller's transaction: a step, see above.

    *other_mails* is how many mails the session has caused that brought no receipt.
    """
    recipient = one_address(address)
    if recipient is None:
        raise InvalidMailAddress("write one address, for example name@example.com", field="email")
    await store.lock_session(work, receipt.session_id)
    mails = await store.deliveries_of(work, receipt.session_id)
    for mail in mails:
        asked = (mail.receipt_id, mail.address) == (receipt.receipt_id, recipient)
        if asked and mail.state is DeliveryState.WAITING:
            return mail
    if len(mails) + other_mails >= MAILS_PER_SESSION:
        detail = f"a session causes at most {MAILS_PER_SESSION} mails"
        raise TooManyMails(detail, limit=MAILS_PER_SESSION)
    return await _add(work, receipt, recipient)


async def mail_to_known(work: Work, receipt: Receipt) -> list[Delivery]:
    """
    Step: mail *receipt* to every address that its session's documents went to.

    We cause these mails, nobody else: they count towards no limit.
    """
    mails = await store.deliveries_of(work, receipt.session_id)
    known = dict.fromkeys(mail.address for mail in mails if mail.address)
    return [await _add(work, receipt, address) for address in known]


async def _add(work: Work, receipt: Receipt, recipient: str) -> Delivery:
    delivery = Delivery(
        delivery_id=work.ids.uuid7(work.now),
        receipt_id=receipt.receipt_id,
        session_id=receipt.session_id,
        address=recipient,
        state=DeliveryState.WAITING,
        attempts=0,
        asked_at=work.now,
    )
    await store.add_delivery(work, delivery)
    defer_sending(work, delivery)
    return delivery


def defer_sending(work: Work, delivery: Delivery, *, wait: timedelta | None = None) -> None:
    """Enqueue the next attempt to send *delivery*, now or after *wait*."""
    work.defer(
        SEND_TASK,
        lock=f"receipt-mail:{delivery.delivery_id}",
        at=None if wait is None else work.now + wait,
        delivery_id=delivery.delivery_id,
    )


async def forget_mails_of(work: Work, session_ids: Collection[UUID]) -> None:
    """Step: erase where the documents of these sessions went; what waits is sent first."""
    await forget_deliveries_of(work, session_ids)
