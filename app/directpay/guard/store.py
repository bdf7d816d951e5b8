"""Which payments were refused of late."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement

from app.directpay.store import journey
from app.infra.database import Work
from app.infra.tables import scoped


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
