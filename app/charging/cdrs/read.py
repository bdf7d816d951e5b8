"""Read charge detail records inside another's transaction."""

from decimal import Decimal
from uuid import UUID

from app.charging.cdrs import store
from app.charging.cdrs.errors import CdrNotFound
from app.charging.cdrs.model import RecordedCdr
from app.charging.cdrs.ocpi import energy_in
from app.charging.sessions.model import Session
from app.infra.database import Work


async def get_cdr(work: Work, session_id: UUID) -> RecordedCdr:
    """Return the record of a session. A step of the caller's transaction. Raises CdrNotFound."""
    recorded = await store.of_session(work, session_id)
    if recorded is None:
        raise CdrNotFound("the session has no record", session_id=str(session_id))
    return recorded


async def energy_of(work: Work, session: Session) -> Decimal:
    """Return the kWh of a session: of its record, else of its meter so far. A step."""
    recorded = await store.of_session(work, session.session_id)
    return session.energy_wh / 1000 if recorded is None else energy_in(recorded.body)
