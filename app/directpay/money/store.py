"""What a journey holds, which journeys are over, and the operator's rule for holds."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Column, Text, select, update
from sqlalchemy.dialects.postgresql import insert

from app.directpay.model import Journey, Stage
from app.directpay.store import journey, journey_from
from app.infra.database import Work
from app.infra.tables import operator_table, scoped

hold_policy = operator_table(
    "hold_policy",
    Column("add_minor", BigInteger, nullable=False),
    Column("most_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("when_used_up", Text, nullable=False),
)
PolicyRow = tuple[int, int, str, str]


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


async def save_money(work: Work, changed: Journey) -> None:
    """Write what a locked journey holds; how long that lasts is worked out anew."""
    await work.execute(
        update(journey)
        .where(
            journey.c.operator_id == work.operator_id,
            journey.c.journey_id == changed.journey_id,
        )
        .values(
            held_minor=changed.held.minor,
            additions=msgspec.to_builtins(changed.additions),
            state=msgspec.to_builtins(changed.state),
            version=changed.version,
            limit_at=None,
        )
    )


async def find_policy(work: Work) -> PolicyRow | None:
    """Return the operator's rule for holds, or None."""
    table = hold_policy.c
    columns = (table.add_minor, table.most_minor, table.currency, table.when_used_up)
    row = (await work.execute(scoped(hold_policy, work, *columns))).first()
    return None if row is None else (row.add_minor, row.most_minor, row.currency, row.when_used_up)


async def put_policy(work: Work, row: PolicyRow) -> None:
    """Replace the operator's rule for holds."""
    add, most, currency, when = row
    values = {"add_minor": add, "most_minor": most, "currency": currency, "when_used_up": when}
    added = insert(hold_policy).values(operator_id=work.operator_id, **values)
    await work.execute(added.on_conflict_do_update(index_elements=["operator_id"], set_=values))
