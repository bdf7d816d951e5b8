"""Which payments were refused of late, and which codes of displays were used."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, ColumnElement, Text, delete
from sqlalchemy.dialects.postgresql import insert

from app.directpay.store import journey
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

# The code that a display showed in a time slot lets one payment begin.
used_slots = operator_table(
    "display_code_used",
    Column("evse_uid", Text, primary_key=True),
    Column("slot", BigInteger, primary_key=True),
    Column("used_at", UtcDateTime, nullable=False),
)


async def use_slot(work: Work, evse_uid: str, slot: int) -> bool:
    """Note that the code of this *slot* was used; False when it was before."""
    statement = insert(used_slots).values(
        operator_id=work.operator_id, evse_uid=evse_uid, slot=slot, used_at=work.now
    )
    done = await work.execute(statement.on_conflict_do_nothing())
    return done.rowcount > 0


async def forget_slots(work: Work, before: datetime) -> None:
    """Delete what was used *before*, of all operators."""
    await work.execute(delete(used_slots).where(used_slots.c.used_at < before))


async def refused_from(work: Work, network: str, since: datetime, most: int) -> Sequence[datetime]:
    """Return when journeys of a *network* began, once for each refusal, the latest first."""
    return await _refused(work, journey.c.network == network, since, most)


async def refused_at(work: Work, evse_uid: str, since: datetime, most: int) -> Sequence[datetime]:
    """Return when journeys at an EVSE began, once for each refusal, the latest first."""
    return await _refused(work, journey.c.evse_uid == evse_uid, since, most)


async def _refused(
    work: Work, whose: ColumnElement[bool], since: datetime, most: int
) -> Sequence[datetime]:
    asked = scoped(journey, work, journey.c.began_at, journey.c.refused).where(
        whose, journey.c.began_at > since, journey.c.refused > 0
    )
    rows = await work.execute(asked.order_by(journey.c.began_at.desc()).limit(most))
    return [row.began_at for row in rows for _ in range(row.refused)][:most]
