"""Delete what charge points told, once it is old news."""

from datetime import timedelta

from app.charging.chargers.notifications import store
from app.infra.database import EVERY_OPERATOR, Database
from app.infra.jobs import Schedule

KEEP_NOTIFICATIONS = timedelta(days=30)


def notification_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep of notifications."""

    async def forget() -> None:
        async with database.work(EVERY_OPERATOR) as work:
            await store.forget(work, work.now - KEEP_NOTIFICATIONS)

    return (Schedule("chargers.forget_notifications", "43 3 * * *", forget),)
