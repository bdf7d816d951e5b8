"""Hand a receipt's mail to the mail server, for days if need be."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never
from uuid import UUID

from app.billing.receipts import store
from app.billing.receipts.deliveries.model import DeliveryState
from app.billing.receipts.pdf import render_pdf
from app.billing.receipts.read import get_receipt
from app.billing.receipts.send import defer_sending
from app.billing.receipts.texts.letter import Enclosed, write_letter
from app.infra.database import Database, Work
from app.infra.mail import Mailer, MailOutcome, NotSent, Refused, Sent
from app.infra.pdf import Press
from app.people.identity.read import get_operator

# How long to wait after each attempt; the last one repeats until GIVE_UP_AFTER.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 1800))
GIVE_UP_AFTER = timedelta(hours=72)
MAX_DETAIL = 500


# Tells the address of a session's page, which a context above this one knows.
PageOf = Callable[[Work, UUID], Awaitable[str | None]]


async def no_page(_work: Work, _session_id: UUID) -> None:
    """Tell that sessions have no pages."""


@dataclass(frozen=True, slots=True)
class PostRoom:
    """
    What it takes to mail receipts.

    *sender* is the address that the mail server lets us use, *page_of* tells where a session's page
    is, for whoever reads the mail to look at.
    """

    database: Database
    mailer: Mailer
    press: Press
    sender: str
    page_of: PageOf = no_page


async def deliver_receipt(delivery_id: UUID, *, operator_id: UUID, post: PostRoom) -> None:
    """
    Send one waiting mail and record what became of it. The job `receipts.send`.

    A server that is away is tried again for GIVE_UP_AFTER; a refusal ends it. When we stop between
    the server's yes and our record, the mail goes twice, with one Message-ID.
    """
    async with post.database.work(operator_id) as work:
        delivery = await store.find_delivery(work, delivery_id)
        if delivery is None or delivery.state is not DeliveryState.WAITING:
            return
        receipt = await get_receipt(work, delivery.receipt_id)
        page = await post.page_of(work, receipt.session_id)
        sender = (await get_operator(work)).mails_from(post.sender)
    pdf = await asyncio.to_thread(render_pdf, receipt, post.press)
    outcome = await post.mailer.send(
        write_letter(receipt, Enclosed(pdf, page), to=delivery.address, sender=sender)
    )
    async with post.database.work(operator_id) as work:
        await _record(work, delivery_id, outcome)


async def _record(work: Work, delivery_id: UUID, outcome: MailOutcome) -> None:
    delivery = await store.find_delivery(work, delivery_id)
    if delivery is None or delivery.state is not DeliveryState.WAITING:
        return
    tried = replace(delivery, attempts=delivery.attempts + 1, detail=outcome.detail[:MAX_DETAIL])
    match outcome:
        case Sent():
            await store.save_delivery(work, replace(tried, state=DeliveryState.SENT))
        case Refused():
            await store.save_delivery(work, replace(tried, state=DeliveryState.REFUSED))
        case NotSent() if work.now - delivery.asked_at >= GIVE_UP_AFTER:
            await store.save_delivery(work, replace(tried, state=DeliveryState.GAVE_UP))
        case NotSent():
            await store.save_delivery(work, tried)
            defer_sending(work, tried, wait=WAITS[min(delivery.attempts, len(WAITS) - 1)])
        case _:
            assert_never(outcome)
