"""Book CDRs from before platforms' debts were booked, and whatever was missed since."""

from app.infra.database import EVERY_OPERATOR
from app.infra.jobs import Schedule
from app.roaming.abroad.hear import session_told_of
from app.roaming.debts import store
from app.roaming.debts.book import book_ours, book_theirs
from app.roaming.desk import RoamingDesk
from app.roaming.here import store as guests
from app.roaming.here.show import ocpi_cdr_of
from app.roaming.platforms.find import get_platform
from app.roaming.wire.codec import read
from app.roaming.wire.sessions import Cdr


async def catch_up(*, desk: RoamingDesk) -> int:
    """Book what is no debt yet, as it stands now; return how many CDRs. A sweep."""
    async with desk.database.work(EVERY_OPERATOR) as work:
        guests_ = await store.unbooked_guests(work)
        cdrs = await store.unbooked_cdrs(work)
    for operator_id, session_id in guests_:
        async with desk.database.work(operator_id) as work:
            guest = await guests.find(work, session_id, lock=True)
            if guest is not None:
                await book_ours(work, guest, await ocpi_cdr_of(work, guest))
    for operator_id, platform_id, body in cdrs:
        async with desk.database.work(operator_id) as work:
            told = read(Cdr, body)
            platform = await get_platform(work, platform_id)
            session = await session_told_of(work, platform, told)
            ours_id = None if session is None else session.session_id
            await book_theirs(work, platform_id, told, ours_id)
    return len(guests_) + len(cdrs)


def debt_schedules(desk: RoamingDesk) -> tuple[Schedule, ...]:
    """Return the sweep of CDRs that are not booked."""

    async def book() -> None:
        await catch_up(desk=desk)

    return (Schedule("ocpi.book", "27 * * * *", book),)
