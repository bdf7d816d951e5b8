"""Answer whether an idTag that was presented to a charge point is good."""

from uuid import UUID

from app.charging.sessions import store
from app.charging.sessions.model import SessionState
from app.infra.database import Database, Work


async def authorise_id_tag(
    operator_id: UUID, identity: str, id_tag: str, *, asks_again: bool, database: Database
) -> str:
    """Return OCPP's `Accepted` or `Invalid`, as `judge_id_tag` decides; all others are invalid."""
    async with database.work(operator_id) as work:
        return await judge_id_tag(work, identity, id_tag, asks_again=asks_again) or "Invalid"


async def judge_id_tag(work: Work, identity: str, id_tag: str, *, asks_again: bool) -> str | None:
    """
    Return OCPP's `Accepted` or `Invalid` of an idTag that was made for a session, or None.

    It is made for one start of one paid session. Charge points that authorise remote starts
    (AuthorizeRemoteTxRequests) ask for it at that very place before the start; from anywhere else,
    or at any other time, it is invalid. One that is known not to do so (*asks_again* is False) has
    it from its reader, where nobody can have it rightly. A step.
    """
    session = await store.by_id_tag(work, id_tag)
    if session is None:
        return None
    is_good = session.identity == identity and asks_again
    return "Accepted" if is_good and session.state is SessionState.PENDING else "Invalid"
