"""Which journey a socket belongs to, and what became of one: for who began it elsewhere."""

from uuid import UUID

from app.directpay import store
from app.directpay.model import Journey
from app.infra.database import Work


async def journey_at(work: Work, evse_uid: str) -> Journey | None:
    """Return the journey that an EVSE belongs to now, or None. A step."""
    return await store.live_journey_at(work, evse_uid)


async def read_journey(work: Work, journey_id: UUID) -> Journey | None:
    """Return the operator's journey with this id, or None. A step."""
    return await store.get_journey(work, journey_id)
