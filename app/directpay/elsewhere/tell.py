"""Journeys at charge points of other platforms: what those tell apart from the session itself."""

from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.chargers.ports import CommandOutcome
from app.charging.sessions.read import is_in_use
from app.directpay import store
from app.directpay.advance import ask_a_person, move, tell
from app.directpay.model import Journey, Starting
from app.directpay.news import StartAnswered, StopAsked
from app.directpay.prices.terms import shown_tariff
from app.funds.ledger.chart import Book
from app.funds.payments.books import book_of
from app.funds.payments.events import Trouble
from app.funds.payments.steps import get_payment
from app.infra.database import Database, Work
from app.infra.jobs import TryAgain
from app.pricing.tariffs.model import TariffVersion


async def start_refused(session_id: UUID, *, operator_id: UUID, database: Database) -> None:
    """
    Give a journey up whose start was accepted by the platform, and then refused by its charger.

    TryAgain while the answer to the call itself is not there yet.
    """
    async with database.work(operator_id) as work:
        found = await store.journey_of_session(work, session_id)
        journey = None if found is None else await store.lock_journey(work, found.journey_id)
        if journey is None:
            return
        if isinstance(journey.state, Starting):
            raise TryAgain
        await move(work, journey, StartAnswered(CommandOutcome.REJECTED))


async def ask_about_session(work: Work, session_id: UUID, detail: str) -> bool:
    """Put what a platform said of a session on the work list; False: of no journey. A step."""
    journey = await store.journey_of_session(work, session_id)
    if journey is None:
        return False
    await ask_a_person(work, journey, Trouble.PARTNER_DIFFERS, detail)
    return True


async def tariff_shown_for(work: Work, session_id: UUID) -> tuple[Journey, TariffVersion] | None:
    """Return the journey of a session with the tariff that its driver saw, or None. A step."""
    journey = await store.journey_of_session(work, session_id)
    return None if journey is None else (journey, await shown_tariff(work, journey))


async def ask_stop(work: Work, journey_id: UUID) -> None:
    """Stop a journey for whoever its driver paid; before it charges it is given up. A step."""
    await tell(work, journey_id, StopAsked())


async def is_taken(work: Work, evse: Evse) -> bool:
    """Tell whether a driver of ours has begun to pay, or charges, at *evse*. A step."""
    return await store.live_journey_at(work, evse.evse_uid) is not None or await is_in_use(
        work, evse
    )


async def book_of_session(work: Work, session_id: UUID) -> Book:
    """Return whether a session is about real money: live, unless a test payment paid it. A step."""
    journey = await store.journey_of_session(work, session_id)
    if journey is None:
        return Book.LIVE
    payment = await get_payment(work, journey.payment_id)
    return await book_of(work, payment.account_id)
