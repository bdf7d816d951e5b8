"""Note that charge points are alive."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from app.charging.chargers.stations import store
from app.infra.database import EVERY_OPERATOR, Database


async def touch_charge_points(
    seen: Mapping[tuple[UUID, str], datetime], *, database: Database
) -> None:
    """
    Move the last contact of many charge points, by operator and identity, forward.

    To be called at least twice per lease (`store.LEASE`, 120 s) for every open connection: after
    that a charge point counts as offline, so that a killed process leaves nobody "connected".
    """
    if not seen:
        return
    async with database.work(EVERY_OPERATOR) as work:
        await store.touch(work, seen)
