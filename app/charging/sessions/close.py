"""Close a session whose stop never came, at the last reading that can be trusted."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.sessions import store
from app.charging.sessions.events import SessionEnded
from app.charging.sessions.model import Flag, Session, SessionState
from app.infra.database import Database, Work


async def close_session(
    session_id: UUID, reason: str, *, operator_id: UUID, database: Database
) -> None:
    """Close a running session without a stop; one that is not running is left as it is."""
    async with database.work(operator_id) as work:
        session = await store.lock(work, session_id)
        if session is not None and session.state is SessionState.ACTIVE:
            await close_in(work, session, reason=reason)


async def make_room(
    work: Work, evse: Evse, transaction_id: str, *, began_at: datetime | None
) -> bool:
    """
    Step: close what runs at *evse*, for a transaction that *began_at* proves that it is over.

    False when the same transaction runs there already, or a later one. An EVSE runs one.
    """
    running = await store.lock_running_at(
        work, evse.identity, evse_no=evse.evse_no, connector_no=None
    )
    if running is None:
        return True
    if running.transaction_id == transaction_id or not is_later(began_at, running):
        return False
    await close_in(work, running, reason="NextTransaction")
    return True


def is_later(began_at: datetime | None, running: Session) -> bool:
    """Tell whether what *began_at* by the charge point's clock is later than what runs there."""
    if began_at is None or running.started_at is None:
        return True
    return began_at + running.clock_offset > running.started_at


async def close_in(work: Work, session: Session, *, reason: str) -> None:
    """Close the running *session*, whose row is locked. A step of the caller's transaction."""
    await store.keep(
        work,
        replace(
            session,
            state=SessionState.COMPLETED,
            ended_at=session.last_sample_at or session.started_at,
            stop_reason=reason,
            flags=session.flags | {Flag.CLOSED_WITHOUT_STOP},
        ),
    )
    await work.emit(SessionEnded(session.session_id))
