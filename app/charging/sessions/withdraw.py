"""Give up a session that has not started."""

from dataclasses import replace
from uuid import UUID

from app.charging.sessions import store
from app.charging.sessions.errors import SessionNotFound
from app.charging.sessions.model import Session, SessionState
from app.infra.database import Work


async def withdraw_session(work: Work, session_id: UUID) -> Session:
    """
    Withdraw a pending session and return it; one that has started is returned as it is.

    A start that comes later is answered Invalid, stopped and flagged. It locks the session's row:
    take it before the journey's. A step of the caller's transaction. Raises SessionNotFound.
    """
    session = await store.lock(work, session_id)
    if session is None:
        raise SessionNotFound("the operator has no such session", session_id=str(session_id))
    if session.state is not SessionState.PENDING:
        return session
    withdrawn = replace(session, state=SessionState.WITHDRAWN)
    await store.keep(work, withdrawn)
    return withdrawn
