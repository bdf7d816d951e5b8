"""Forget notices that were told, and a subscriber who leaves."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.infra.database import EVERY_OPERATOR, Database, Work
from app.infra.jobs import Schedule
from app.people.notifications import store

# Long enough that nothing is told twice.
KEEP_NOTICES: Final = timedelta(days=30)


async def forget_subscriber(work: Work, subscriber_id: UUID) -> None:
    """Step: forget devices, choices and notices of a driver, or of who followed a journey."""
    await store.forget(work, subscriber_id)


async def forget_notices(*, database: Database) -> int:
    """Delete notices that are long told, and devices that followed a journey; return how many."""
    async with database.work(EVERY_OPERATOR) as work:
        return await store.forget_old(
            work, told_before=work.now - KEEP_NOTICES, ended_before=work.now
        )


def notice_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep of notices."""

    async def forget() -> None:
        await forget_notices(database=database)

    return (Schedule("notices.forget", "47 3 * * *", forget),)
