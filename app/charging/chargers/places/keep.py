"""Keep the map in step with what the operators configure: steps, and the jobs that follow."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.charging.chargers.places import store
from app.infra.database import EVERY_OPERATOR, Database, Work
from app.infra.jobs import Job, Schedule

DRAW: Final = "places.draw"
# One import changes many locations, and other platforms send theirs one by one.
_SOON: Final = timedelta(seconds=5)
_AT_ONCE: Final = 1000


def note_place(work: Work, location_id: str) -> None:
    """Let a location be found as it is when *work* commits. A step."""
    work.at_end(_index, location_id)


def place_jobs(database: Database) -> tuple[Job, ...]:
    """Return the job that counts the locations of an operator by cells of the map."""

    async def draw(*, operator_id: UUID) -> None:
        async with database.work(operator_id) as work:
            await store.draw(work)

    return (Job(DRAW, draw),)


def place_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return what indexes locations that nobody has noted, as those of before the map."""

    async def look_for_new() -> None:
        await index_missing(database=database)

    return (Schedule("places.missing", "20 */5 * * * *", look_for_new),)


async def index_missing(*, database: Database) -> int:
    """Index what is not indexed yet, a thousand locations at once; return how many there were."""
    async with database.work(EVERY_OPERATOR) as work:
        operators = await store.operators_unindexed(work)
    indexed = 0
    for operator_id in operators:
        after = ""
        while found := await _index_some(operator_id, after, database):
            after, indexed = found[-1], indexed + len(found)
    return indexed


async def _index_some(operator_id: UUID, after: str, database: Database) -> list[str]:
    async with database.work(operator_id) as work:
        await store.lock(work)
        found = await store.unindexed(work, after, _AT_ONCE)
        if found:
            await store.add(work, found)
            _draw_soon(work)
    return found


async def _index(work: Work, location_ids: Sequence[str]) -> None:
    wanted = sorted(set(location_ids))
    await store.lock(work)
    for begin in range(0, len(wanted), _AT_ONCE):
        some = wanted[begin : begin + _AT_ONCE]
        await store.forget(work, some)
        await store.add(work, some)
    _draw_soon(work)


def _draw_soon(work: Work) -> None:
    lock = f"{DRAW}:{work.operator_id}"
    work.defer(DRAW, lock=lock, queueing_lock=lock, at=work.now + _SOON)
