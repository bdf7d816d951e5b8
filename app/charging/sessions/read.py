"""Read sessions inside another's transaction."""

from datetime import datetime
from uuid import UUID

from app.charging.sessions import store
from app.charging.sessions.errors import SessionNotFound
from app.charging.sessions.metering import store as meter
from app.charging.sessions.model import MeterSample, Session
from app.infra.database import Work


async def get_session(work: Work, session_id: UUID) -> Session:
    """Return the session. A step of the caller's transaction. Raises SessionNotFound."""
    session = await store.by_id(work, session_id)
    if session is None:
        raise SessionNotFound("the operator has no such session", session_id=str(session_id))
    return session


async def lock_session(work: Work, session_id: UUID) -> Session:
    """
    Return the session, its row locked until the transaction ends: before the journey's row.

    A step of the caller's transaction. Raises SessionNotFound.
    """
    session = await store.lock(work, session_id)
    if session is None:
        raise SessionNotFound("the operator has no such session", session_id=str(session_id))
    return session


async def samples_of(work: Work, session_id: UUID) -> list[MeterSample]:
    """Return the raw samples by the charge point's time. A step of the caller's transaction."""
    return await meter.samples_of(work, session_id)


async def silent_sessions(work: Work, older_than: datetime) -> list[Session]:
    """
    Return running sessions of which nothing was heard since *older_than*, the quietest first.

    Of all operators when *work* is of every operator. A step of the caller's transaction.
    """
    return await store.silent(work, older_than)
