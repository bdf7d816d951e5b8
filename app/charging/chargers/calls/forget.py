"""Delete the record of calls, once nobody can ask about them any more."""

from datetime import timedelta

from app.charging.chargers.calls import store
from app.infra.database import EVERY_OPERATOR, Database
from app.infra.jobs import Schedule

# As long as what the charge points reported: both tell the same story.
KEEP_CALLS = timedelta(days=400)


def call_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep of calls."""

    async def forget() -> None:
        async with database.work(EVERY_OPERATOR) as work:
            await store.forget(work, work.now - KEEP_CALLS)

    return (Schedule("chargers.forget_calls", "41 3 * * *", forget),)
