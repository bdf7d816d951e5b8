"""Answer whether an idTag that was presented to a charge point is good."""

from uuid import UUID

from app.charging.sessions import store
from app.charging.sessions.model import SessionState
from app.infra.database import Database


async def authorise_id_tag(
    operator_id: UUID, identity: str, id_tag: str, *, asks_again: bool, database: Database
) -> str:
    """
    Return OCPP's `Accepted` or `Invalid`.

    An idTag is made for one start of one paid session. Charge points that authorise remote starts
    (AuthorizeRemoteTxRequests) ask for it at that very place before the start; from anywhere else,
    or at any other time, it is invalid, and so is every card. One that is known not to do so
    (*asks_again* is False) has it from its reader, where nobody can have it rightly.
    """
    async with database.work(operator_id) as work:
        session = await store.by_id_tag(work, id_tag)
    if session is None or session.identity != identity or not asks_again:
        return "Invalid"
    return "Accepted" if session.state is SessionState.PENDING else "Invalid"
