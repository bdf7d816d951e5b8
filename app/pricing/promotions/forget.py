"""Forget who used what, once no limit per driver needs it any more."""

from datetime import timedelta

from app.infra.database import EVERY_OPERATOR, Database
from app.infra.jobs import Schedule
from app.pricing.promotions import store
from app.pricing.promotions.coupons import store as coupons

# As long as a browser's cookie keeps the mark, and a month more.
KEEP_DRIVERS = timedelta(days=400)
# A campaign that ended by mistake runs again within this time without beginning anew.
KEEP_ENDED = timedelta(days=30)


async def forget_drivers(*, database: Database) -> None:
    """
    Erase the drivers' digests of old reservations, and what drivers had of campaigns long over.

    A nightly sweep. What campaigns gave stays.
    """
    async with database.work(EVERY_OPERATOR) as work:
        await store.forget_drivers(work, work.now - KEEP_DRIVERS)
        over = await coupons.ended_campaigns(work, work.now - KEEP_ENDED)
        await store.forget_driver_tallies(work, over)


def promotion_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweeps of promotions."""

    async def forget() -> None:
        await forget_drivers(database=database)

    return (Schedule("promotions.forget", "43 3 * * *", forget),)
