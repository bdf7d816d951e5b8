"""Put the letter with the link on its way, as soon as the payer has left an address."""

from datetime import timedelta

from app.billing.receipts.deliveries.model import DeliveryState
from app.directpay.letters import store
from app.directpay.letters.model import FOLLOWED, MOST_LETTERS, Letter
from app.directpay.model import Journey
from app.infra.database import Work

SEND_TASK = "directpay.letter"


async def queue_letter(work: Work, journey: Journey, address: str) -> Letter | None:
    """
    Put a letter to *address* on its way with the caller's transaction, or return None: a step.

    The caller has locked the *journey*. No letter goes when there is nothing to follow, when this
    address has one already, and beyond MOST_LETTERS: the address still gets the receipt.
    """
    if journey.stage not in FOLLOWED:
        return None
    letters = await store.letters_of(work, journey.journey_id)
    if len(letters) >= MOST_LETTERS or any(letter.address == address for letter in letters):
        return None
    letter = Letter(
        letter_id=work.ids.uuid7(work.now),
        journey_id=journey.journey_id,
        address=address,
        state=DeliveryState.WAITING,
        attempts=0,
        asked_at=work.now,
    )
    await store.add_letter(work, letter)
    defer_sending(work, letter)
    return letter


async def mails_caused(work: Work, journey: Journey) -> int:
    """Return how many letters count towards the mails of the journey's session: a step."""
    return sum(letter.counts for letter in await store.letters_of(work, journey.journey_id))


def defer_sending(work: Work, letter: Letter, *, wait: timedelta | None = None) -> None:
    """Enqueue the next attempt to send *letter*, now or after *wait*."""
    work.defer(
        SEND_TASK,
        lock=f"letter:{letter.letter_id}",
        at=None if wait is None else work.now + wait,
        letter_id=letter.letter_id,
    )
