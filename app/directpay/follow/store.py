"""The journeys that are followed, many at a time, and until when their holds last."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, column, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.directpay.model import Journey
from app.directpay.store import journey, journey_from
from app.infra.database import Work
from app.infra.ready import Look, Ready
from app.infra.tables import UtcDateTime

_OF_SESSIONS = Ready(
    select(journey).where(
        journey.c.operator_id == bindparam("of_operator"),
        journey.c.session_id == any_(bindparam("of_sessions", type_=ARRAY(Uuid))),
    )
)
_LIMITED = Ready(
    text("""
        UPDATE journey SET limit_at = new.limit_at
        FROM unnest(:of_journeys, :limits) AS new(journey_id, limit_at)
        WHERE journey.operator_id = :of_operator AND journey.journey_id = new.journey_id
        RETURNING journey.journey_id
    """)
    .bindparams(
        bindparam("of_operator", type_=Uuid),
        bindparam("of_journeys", type_=ARRAY(Uuid)),
        bindparam("limits", type_=ARRAY(UtcDateTime)),
    )
    .columns(column("journey_id"))
)


async def journeys_of_sessions(
    look: Look, operator_id: UUID, session_ids: Sequence[UUID]
) -> dict[UUID, Journey]:
    """Return the operator's journeys that these sessions belong to, by session."""
    asked = {"of_operator": operator_id, "of_sessions": session_ids}
    found = (journey_from(row) for row in await look.rows(_OF_SESSIONS, asked))
    return {each.session_id: each for each in found if each is not None}


async def set_limits(work: Work, limits: Mapping[UUID, datetime]) -> None:
    """Note when the holds of journeys will be used up if nothing is heard until then."""
    asked = {"of_operator": work.operator_id, "of_journeys": list(limits)}
    await work.rows(_LIMITED, {**asked, "limits": list(limits.values())})
