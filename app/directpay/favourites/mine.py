"""What a driver keeps of one location."""

from dataclasses import dataclass
from uuid import UUID

from app.directpay.favourites.read import places_of
from app.infra.database import Database


@dataclass(frozen=True, slots=True)
class Mine:
    """Whether a location is *kept*, and the *watch* by which a driver waits for it, if any."""

    kept: bool = False
    watch: UUID | None = None


async def mine_at(
    driver_id: UUID, location_id: str, *, operator_id: UUID, database: Database
) -> Mine:
    """Return what a driver keeps of a location as a whole."""
    async with database.work(operator_id) as work:
        names, watches = await places_of(work, driver_id)
    here = (
        each.watch_id
        for each in watches
        if each.location_id == location_id and each.evse_uid is None
    )
    return Mine(location_id in names, next(here, None))
