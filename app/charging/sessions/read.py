"""Read sessions inside another's transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from app.charging.chargers.model import ELSEWHERE, Evse
from app.charging.sessions import store
from app.charging.sessions.errors import SessionNotFound
from app.charging.sessions.metering import store as meter
from app.charging.sessions.model import MeterSample, Session
from app.charging.sessions.transactions import store as transactions
from app.infra.database import Work
from app.infra.question import Question, answer, needed
from app.infra.ready import Look

# Some charge points report the status a moment after the transaction that caused it.
STATUS_TOLERANCE = timedelta(minutes=1)


async def get_session(work: Work, session_id: UUID) -> Session:
    """Return the session. A step of the caller's transaction. Raises SessionNotFound."""
    return await answer(work, session_with_id(work.operator_id, session_id))


def session_with_id(operator_id: UUID, session_id: UUID) -> Question[Session]:
    """Ask for a session of this operator's. Reading the answer raises SessionNotFound."""
    missing = SessionNotFound("the operator has no such session", session_id=str(session_id))
    return needed(store.with_id(operator_id, session_id), missing)


async def session_of_id_tag(work: Work, id_tag: str) -> Session | None:
    """Return the session that *id_tag* was made for, or None. A step."""
    return await store.by_id_tag(work, id_tag)


async def session_of_transaction(work: Work, identity: str, transaction_id: str) -> Session | None:
    """Return the session of a charge point's accepted transaction, or None. A step."""
    return await store.of_transaction(work, identity, transaction_id)


async def see_session(look: Look, operator_id: UUID, session_id: UUID) -> Session | None:
    """Return the session as it is at this moment, or None."""
    return await answer(look, store.with_id(operator_id, session_id))


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


async def is_in_use(work: Work, evse: Evse) -> bool:
    """
    Tell whether a transaction runs at *evse*, ours or another's, since its status is what it is.

    OCPP 2.x says `Occupied` of a cable that only waits as well as of one that charges. A step of
    the caller's transaction.
    """
    since = evse.status_since or work.now
    return await transactions.any_running(work, evse, since - STATUS_TOLERANCE)


async def pending_elsewhere(work: Work, since: datetime) -> list[Session]:
    """
    Return the sessions at other platforms that were prepared *since* and have not started.

    Of all operators when *work* is of every operator. A step of the caller's transaction.
    """
    return await store.pending_at(work, f"{ELSEWHERE}:", since)
