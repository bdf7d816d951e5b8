"""Tell who waits when a place becomes free: right after its charge point has said so."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.charging.chargers.events import EvseStatusesChanged
from app.charging.chargers.model import EvseStatus
from app.charging.chargers.places.read import place_of
from app.charging.chargers.read import evses_named
from app.directpay.favourites import store
from app.directpay.favourites.model import Watch
from app.infra.database import EVERY_OPERATOR, Database, Reactors, Work
from app.infra.jobs import Job, Schedule
from app.people.notifications.model import Notice, NoticeKind
from app.people.notifications.tell import tell

TELL: Final = "places.free"
# What ended is kept for questions about it.
_KEPT: Final = timedelta(days=7)


def favourite_reactors() -> Reactors:
    """Return what follows for who waits when an EVSE has another status."""
    return {EvseStatusesChanged: (_statuses_changed,)}


def favourite_jobs(database: Database) -> tuple[Job, ...]:
    """Return the job that tells who waits at a location."""

    async def run(*, location_id: str, operator_id: UUID) -> None:
        await tell_waiting(location_id, operator_id=operator_id, database=database)

    return (Job(TELL, run),)


def favourite_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep: who was not told, as by a charge point that came back, and what is over."""

    async def sweep() -> None:
        async with database.work(EVERY_OPERATOR) as work:
            await store.forget_watches(work, work.now - _KEPT)
            places = await store.every_watched(work)
        for operator_id, location_id in places:
            await tell_waiting(location_id, operator_id=operator_id, database=database)

    return (Schedule("places.waiting", "40 */2 * * * *", sweep),)


async def tell_waiting(location_id: str, *, operator_id: UUID, database: Database) -> None:
    """Tell who waits at a location for an EVSE that is free now, each once. Safe to repeat."""
    async with database.work(operator_id) as work:
        place = await place_of(work, location_id)
        if place is None:
            return
        free = {each.evse_uid: each for each in place.evses if each.status is EvseStatus.AVAILABLE}
        if not free:
            return
        for watch in await store.end_watches(work, location_id, free):
            evse = free[watch.evse_uid or next(iter(free))]
            facts = {"place": place.location.name, "evse_id": evse.evse_id}
            await tell(work, watch.driver_id, _notice(watch, facts, evse.code))


def _notice(watch: Watch, facts: dict[str, str], code: str) -> Notice:
    key = f"free:{watch.watch_id}"
    return Notice(kind=NoticeKind.FREE, key=key, facts=facts, path=f"/c/{code}")


async def _statuses_changed(work: Work, event: EvseStatusesChanged) -> None:
    free = [each.evse_uid for each in event.changes if each.status is EvseStatus.AVAILABLE]
    if not free or not await store.does_anybody_wait(work):
        return
    at = {each.location.location_id for each in (await evses_named(work, free)).values()}
    for location_id in await store.watched_among(work, at):
        lock = f"{TELL}:{work.operator_id}:{location_id}"
        work.defer(TELL, queueing_lock=lock, location_id=location_id)
