"""Which journeys are over."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.directpay.model import Journey, Stage
from app.directpay.store import journey, journey_from
from app.infra.database import Work


async def ended_of(work: Work, session_ids: Iterable[UUID], before: datetime) -> list[Journey]:
    """Return the journeys of any operator, of these sessions, that ended *before*."""
    rows = await work.execute(
        select(journey).where(
            journey.c.session_id.in_(list(session_ids)),
            journey.c.stage == Stage.ENDED,
            journey.c.changed_at < before,
        )
    )
    return [found for row in rows if (found := journey_from(row))]
