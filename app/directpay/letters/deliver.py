"""Hand a letter to the mail server, for as long as its session runs."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never
from uuid import UUID

from app.billing.receipts.deliveries.model import DeliveryState
from app.charging.chargers.read import get_evse
from app.directpay import store as journeys
from app.directpay.letters import store
from app.directpay.letters.ask import defer_sending
from app.directpay.letters.links import PageLinks
from app.directpay.letters.model import Letter, LetterKind, is_of_use
from app.directpay.letters.write import Content, write_letter
from app.directpay.model import Journey
from app.directpay.money.policy import hold_policy
from app.funds.payments.steps import get_payment
from app.infra.database import Database, Work
from app.infra.mail import Mail, Mailer, MailOutcome, NotSent, Refused, Sent
from app.people.identity.read import get_operator

# How long to wait after each attempt; the last one repeats.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60, 120, 300))
MAX_DETAIL = 500


@dataclass(frozen=True, slots=True)
class LetterBox:
    """What it takes to mail letters; *sender* is the address that the mail server lets us use."""

    database: Database
    mailer: Mailer
    links: PageLinks
    sender: str


async def deliver_letter(letter_id: UUID, *, operator_id: UUID, box: LetterBox) -> None:
    """
    Send one waiting letter and record what became of it. The job SEND_TASK; safe to repeat.

    A server that is away is tried again until the letter has nothing to say any more: then it is
    given up. Sent twice after a crash, it has one Message-ID.
    """
    async with box.database.work(operator_id) as work:
        letter = await _waiting(work, letter_id)
        if letter is None:
            return
        mail = await _mail(work, letter, box)
    if mail is None:
        return
    outcome = await box.mailer.send(mail)
    async with box.database.work(operator_id) as work:
        await _record(work, letter_id, outcome)


async def _waiting(work: Work, letter_id: UUID) -> Letter | None:
    letter = await store.lock_letter(work, letter_id)
    return letter if letter is not None and letter.state is DeliveryState.WAITING else None


async def _mail(work: Work, letter: Letter, box: LetterBox) -> Mail | None:
    """Write the mail; or give the letter up, for it has nothing to say any more."""
    journey = await journeys.get_journey(work, letter.journey_id)
    if journey is None or not is_of_use(letter.kind, journey):
        over = replace(letter, state=DeliveryState.GAVE_UP, detail="nothing to say any more")
        await store.save_letter(work, over)
        return None
    content = await _content(work, journey, letter.kind, box)
    sender = content.operator.mails_from(box.sender)
    return write_letter(content, to=letter.address, sender=sender)


async def _content(work: Work, journey: Journey, kind: LetterKind, box: LetterBox) -> Content:
    payment = await get_payment(work, journey.payment_id)
    return Content(
        journey=journey,
        operator=await get_operator(work),
        evse=await get_evse(work, journey.evse_uid),
        strategy=payment.strategy,
        link=box.links.to_control(journey.journey_id, work.operator_id),
        kind=kind,
        can_grow=(await hold_policy(work)).next_step(journey.held) is not None,
    )


async def _record(work: Work, letter_id: UUID, outcome: MailOutcome) -> None:
    letter = await _waiting(work, letter_id)
    if letter is None:
        return
    tried = replace(letter, attempts=letter.attempts + 1, detail=outcome.detail[:MAX_DETAIL])
    match outcome:
        case Sent():
            await store.save_letter(work, replace(tried, state=DeliveryState.SENT))
        case Refused():
            await store.save_letter(work, replace(tried, state=DeliveryState.REFUSED))
        case NotSent():
            await store.save_letter(work, tried)
            defer_sending(work, tried, wait=WAITS[min(letter.attempts, len(WAITS) - 1)])
        case _:
            assert_never(outcome)
