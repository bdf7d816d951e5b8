"""Delete what platforms told, and were told, once nobody can need it any more."""

from datetime import timedelta
from typing import Final

from app.infra.database import EVERY_OPERATOR, Database
from app.infra.jobs import Schedule
from app.roaming.here import store as guests
from app.roaming.orders import store as orders
from app.roaming.received import store as received
from app.roaming.received.model import CDRS, SESSIONS

# As long as what our own charge points reported: both tell the same story.
KEEP_SESSIONS: Final = timedelta(days=400)
# A partner that was left may come back within days; later it tells everything again.
KEEP_OF_THE_GONE: Final = timedelta(days=30)
# Longer than gaps are looked for, see `here.gap`.
KEEP_SENT: Final = timedelta(days=90)
# A driver who found the socket taken complains soon.
KEEP_RESERVATIONS: Final = timedelta(days=30)


async def forget_platforms(*, database: Database) -> None:
    """
    Delete old sessions, what platforms told that are gone, and what was noted as sent to them.

    Their CDRs and what terminals collected stay: they are records of money. A nightly sweep.
    """
    async with database.work(EVERY_OPERATOR) as work:
        await received.forget_old(work, SESSIONS, work.now - KEEP_SESSIONS)
        await received.forget_gone(work, work.now - KEEP_OF_THE_GONE)
        await guests.forget_old(work, (SESSIONS, CDRS), work.now - KEEP_SENT)
        await guests.forget_gone(work, work.now - KEEP_OF_THE_GONE)
        await orders.forget_old(work, work.now - KEEP_RESERVATIONS)


def forget_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep of what was told."""

    async def forget() -> None:
        await forget_platforms(database=database)

    return (Schedule("ocpi.forget", "43 3 * * *", forget),)
