"""Wait for a place to become free."""

from uuid import UUID

from app.charging.chargers.errors import EvseNotFound, LocationNotFound
from app.charging.chargers.model import EvseStatus
from app.charging.chargers.places.read import place_of
from app.directpay.favourites import store
from app.directpay.favourites.errors import FreeAlready, ListFull, WatchNotFound
from app.directpay.favourites.model import MOST_WATCHES, WATCH_LASTS, Watch
from app.infra.database import Database, Work


async def wait_for(
    driver_id: UUID,
    location_id: str,
    evse_uid: str | None = None,
    *,
    operator_id: UUID,
    database: Database,
) -> Watch:
    """
    Let a driver be told, once within 24 hours, when an EVSE is free: this one, or any there.

    Twice is as once. Raises LocationNotFound, EvseNotFound, FreeAlready, ListFull.
    """
    async with database.work(operator_id) as work:
        await store.lock(work, driver_id)
        await _require_taken(work, location_id, evse_uid)
        waiting = await store.watches_of(work, driver_id)
        for watch in waiting:
            if (watch.location_id, watch.evse_uid) == (location_id, evse_uid):
                return watch
        if len(waiting) >= MOST_WATCHES:
            raise ListFull(f"no more than {MOST_WATCHES} places at once", limit=MOST_WATCHES)
        number, until = work.ids.uuid7(work.now), work.now + WATCH_LASTS
        watch = Watch(number, driver_id, location_id, evse_uid, work.now, until)
        await store.add_watch(work, watch)
    return watch


async def _require_taken(work: Work, location_id: str, evse_uid: str | None) -> None:
    place = await place_of(work, location_id)
    if place is None:
        raise LocationNotFound("the operator has no such location", location_id=location_id)
    meant = [each for each in place.evses if evse_uid in {None, each.evse_uid}]
    if not meant:
        raise EvseNotFound("there is no such EVSE at this location", evse_uid=evse_uid)
    if any(each.status is EvseStatus.AVAILABLE for each in meant):
        raise FreeAlready("go there now, somebody else may come")


async def watches(driver_id: UUID, *, operator_id: UUID, database: Database) -> list[Watch]:
    """Return what a driver still waits for."""
    async with database.work(operator_id) as work:
        return await store.watches_of(work, driver_id)


async def wait_no_more(
    driver_id: UUID, watch_id: UUID, *, operator_id: UUID, database: Database
) -> None:
    """End a watch before its notice. Raises WatchNotFound."""
    async with database.work(operator_id) as work:
        if not await store.remove_watch(work, driver_id, watch_id):
            raise WatchNotFound("it ended, or never was", watch_id=watch_id)
