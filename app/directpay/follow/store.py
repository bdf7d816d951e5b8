"""The journeys that are followed, many at a time."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.directpay.model import Journey
from app.directpay.store import journey, journey_from
from app.infra.ready import Look, Ready

_OF_SESSIONS = Ready(
    select(journey).where(
        journey.c.operator_id == bindparam("of_operator"),
        journey.c.session_id == any_(bindparam("of_sessions", type_=ARRAY(Uuid))),
    )
)


async def journeys_of_sessions(
    look: Look, operator_id: UUID, session_ids: Sequence[UUID]
) -> dict[UUID, Journey]:
    """Return the operator's journeys that these sessions belong to, by session."""
    asked = {"of_operator": operator_id, "of_sessions": session_ids}
    found = (journey_from(row) for row in await look.rows(_OF_SESSIONS, asked))
    return {each.session_id: each for each in found if each is not None}
