"""Which journey a socket belongs to, and what became of one: for who began it elsewhere."""

from uuid import UUID

from app.directpay import store
from app.directpay.model import LIVE_STAGES, Journey, Paying
from app.infra.database import Work


async def is_taken(work: Work, evse_uid: str) -> bool:
    """
    Tell whether an EVSE belongs to a journey now. A step.

    For who did not pay in time it is kept no longer, though they still may as long as nobody does.
    """
    journey = await store.live_journey_at(work, evse_uid)
    if journey is None:
        return False
    return not isinstance(journey.state, Paying) or work.now < journey.state.kept_until


async def is_live(work: Work, journey_id: UUID) -> bool:
    """Tell whether a journey still has its socket. A step."""
    journey = await store.get_journey(work, journey_id)
    return journey is not None and journey.stage in LIVE_STAGES


async def read_journey(work: Work, journey_id: UUID) -> Journey | None:
    """Return the operator's journey with this id, or None. A step."""
    return await store.get_journey(work, journey_id)
