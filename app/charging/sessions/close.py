"""Close a session whose stop never came, at the last reading that can be trusted."""

from dataclasses import replace
from uuid import UUID

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
