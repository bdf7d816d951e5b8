"""Put letters on their way: the link once there is an address, and the warning when it is due."""

from datetime import timedelta
from uuid import UUID

from app.billing.receipts.deliveries.model import DeliveryState
from app.directpay.letters import store
from app.directpay.letters.model import FOLLOWED, MOST_LETTERS, Letter, LetterKind
from app.directpay.model import Charging, Journey
from app.directpay.store import lock_journey
from app.infra.database import Database, Work
from app.infra.question import Question, answer

SEND_TASK = "directpay.letter"


async def queue_letter(work: Work, journey: Journey, address: str) -> Letter | None:
    """
    Put a letter to *address* on its way with the caller's transaction, or return None: a step.

    The caller has locked the *journey*. No letter goes when there is nothing to follow, when this
    address has one already, and beyond MOST_LETTERS: the address still gets the receipt.
    """
    if journey.stage not in FOLLOWED:
        return None
    letters = await _of_kind(work, journey, LetterKind.LINK)
    if len(letters) >= MOST_LETTERS or any(letter.address == address for letter in letters):
        return None
    letter = _new(work, journey, address, LetterKind.LINK)
    await store.add_letter(work, letter)
    defer_sending(work, letter)
    return letter


async def queue_demand(work: Work, journey: Journey, address: str) -> None:
    """Put a letter on its way that a *journey* is still to be paid, whoever locked it: a step."""
    letter = _new(work, journey, address, LetterKind.DEMAND)
    await store.add_letter(work, letter)
    defer_sending(work, letter)


async def warn_payer(journey_id: UUID, *, operator_id: UUID, database: Database) -> None:
    """Put a warning on its way that the hold is nearly used up, once a session, if it still is."""
    async with database.work(operator_id) as work:
        journey = await lock_journey(work, journey_id)
        if journey is None or journey.receipt_email is None:
            return
        is_low = isinstance(journey.state, Charging) and journey.state.warned
        if is_low and not await _of_kind(work, journey, LetterKind.WARNING):
            letter = _new(work, journey, journey.receipt_email, LetterKind.WARNING)
            await store.add_letter(work, letter)
            defer_sending(work, letter)


async def _of_kind(work: Work, journey: Journey, kind: LetterKind) -> list[Letter]:
    return [each for each in await store.letters_of(work, journey.journey_id) if each.kind is kind]


def _new(work: Work, journey: Journey, address: str, kind: LetterKind) -> Letter:
    return Letter(
        letter_id=work.ids.uuid7(work.now),
        journey_id=journey.journey_id,
        address=address,
        state=DeliveryState.WAITING,
        attempts=0,
        asked_at=work.now,
        kind=kind,
    )


async def mails_caused(work: Work, journey: Journey) -> int:
    """Return how many letters count towards the mails of the journey's session: a step."""
    return await answer(work, letters_caused(journey))


def letters_caused(journey: Journey) -> Question[int]:
    """Ask how many letters count towards the mails of the journey's session."""
    return store.count_caused(journey.operator_id, journey.journey_id)


def defer_sending(work: Work, letter: Letter, *, wait: timedelta | None = None) -> None:
    """Enqueue the next attempt to send *letter*, now or after *wait*."""
    work.defer(
        SEND_TASK,
        lock=f"letter:{letter.letter_id}",
        at=None if wait is None else work.now + wait,
        letter_id=letter.letter_id,
    )
