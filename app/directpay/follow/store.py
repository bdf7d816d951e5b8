"""The journeys that are followed, many at a time, and until when their holds last."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from app.directpay.model import Journey
from app.directpay.store import journey, journey_from
from app.infra.database import Work
from app.infra.ready import Look, Ready

_OF_SESSIONS = Ready(
    select(journey).where(
        journey.c.operator_id == bindparam("of_operator"),
        journey.c.session_id == any_(bindparam("of_sessions", type_=ARRAY(Uuid))),
    )
)
_LIMITED = Ready(
    update(journey).where(
        journey.c.operator_id == bindparam("of_operator"),
        journey.c.journey_id == bindparam("of_journey"),
    ),
    "limit_at",
)


async def journeys_of_sessions(
    look: Look, operator_id: UUID, session_ids: Sequence[UUID]
) -> dict[UUID, Journey]:
    """Return the operator's journeys that these sessions belong to, by session."""
    asked = {"of_operator": operator_id, "of_sessions": session_ids}
    found = (journey_from(row) for row in await look.rows(_OF_SESSIONS, asked))
    return {each.session_id: each for each in found if each is not None}


async def set_limit(work: Work, journey_id: UUID, limit_at: datetime) -> None:
    """Note when the hold will be used up if nothing is heard until then."""
    asked = {"of_operator": work.operator_id, "of_journey": journey_id}
    await work.rows(_LIMITED, {**asked, "limit_at": limit_at})
