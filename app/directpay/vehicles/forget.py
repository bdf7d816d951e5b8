"""Forget the cars that nobody has agreed to."""

from app.directpay.vehicles import store
from app.directpay.vehicles.model import FORGOTTEN_AFTER, OFFERED_FOR
from app.infra.database import EVERY_OPERATOR, Database
from app.infra.jobs import Schedule


async def forget_strangers(*, database: Database) -> int:
    """Delete the digests of cars that were seen and not agreed to in time; return how many."""
    async with database.work(EVERY_OPERATOR) as work:
        return await store.forget_old(
            work,
            unlinked_before=work.now - FORGOTTEN_AFTER,
            linked_before=work.now - OFFERED_FOR,
        )


def vehicle_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep of cars."""

    async def forget() -> None:
        await forget_strangers(database=database)

    return (Schedule("vehicles.forget", "*/10 * * * *", forget),)
