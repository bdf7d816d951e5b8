"""Steps that tell what is promised, and what is owed."""

from uuid import UUID

from app.directpay import store as journeys
from app.directpay.afterwards import store
from app.directpay.afterwards.model import Promise, PromiseState
from app.infra.database import Work


async def debt_of_session(work: Work, session_id: UUID) -> Promise | None:
    """Step: return the promise of a session whose price is owed, or None."""
    journey = await journeys.journey_of_session(work, session_id)
    if journey is None:
        return None
    found = await store.find(work, journey.journey_id)
    return found if found is not None and found.state is PromiseState.OWED else None


async def open_promise(work: Work, driver_id: UUID) -> Promise | None:
    """Step: return the promise of a driver that is not kept yet, or None."""
    return await store.open_of(work, driver_id)
