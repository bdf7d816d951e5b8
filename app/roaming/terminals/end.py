"""What came of a start that was paid at a terminal of a provider, and of its session."""

from typing import Final
from uuid import UUID

from app.charging.cdrs.errors import CdrNotFound
from app.charging.sessions.model import SessionState
from app.charging.sessions.read import get_session
from app.charging.sessions.withdraw import withdraw_session
from app.directpay.authorised.live import read_journey
from app.directpay.model import LIVE_STAGES, Ended, Ending
from app.infra.database import Work
from app.roaming.debts.book import book_ours
from app.roaming.here import store as guests
from app.roaming.here.show import ocpi_cdr_of
from app.roaming.orders.model import ACCEPTED, REJECTED
from app.roaming.wire.sessions import Cdr

# OCPI, CommandResultType.
_RESULTS: Final = {
    Ending.CHARGER_OFFLINE: "EVSE_INOPERATIVE",
    Ending.NEVER_PLUGGED: "TIMEOUT",
    Ending.START_REJECTED: REJECTED,
    Ending.STOPPED_BEFORE_START: REJECTED,
}


async def start_result(work: Work, journey_id: UUID) -> str:
    """Return what came of a start, as OCPI's CommandResultType. A step."""
    journey = await read_journey(work, journey_id)
    if journey is None or not isinstance(journey.state, Ended):
        return ACCEPTED
    return _RESULTS.get(journey.state.ending, ACCEPTED)


async def close_paid(work: Work, session_id: UUID) -> Cdr | None:
    """
    Note the record of a session that was paid at a terminal; None: it has none (yet). A step.

    A session that never began is withdrawn, so that its provider is told that it came to nothing.
    """
    guest = await guests.find(work, session_id, lock=True)
    assert guest is not None, "see the caller"  # noqa: S101
    assert guest.journey_id is not None, "see the caller"  # noqa: S101
    journey = await read_journey(work, guest.journey_id)
    if journey is None or journey.stage in LIVE_STAGES:
        return None
    try:
        told = await ocpi_cdr_of(work, guest)
    except CdrNotFound:
        if (await get_session(work, session_id)).state is SessionState.PENDING:
            await withdraw_session(work, session_id)
        return None
    await guests.update(work, session_id, cdr_id=UUID(told.id))
    await book_ours(work, guest, told)
    return told
