"""Forget what signing in has left behind, and a driver who leaves."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.infra.database import EVERY_OPERATOR, Database, Work
from app.infra.jobs import Schedule
from app.people.identity.drivers import store
from app.people.identity.drivers.model import as_nobody
from app.people.identity.drivers.read import get_driver
from app.people.identity.openid import store as openid
from app.people.identity.passkeys import store as passkeys

# Longer than the longest window that is counted.
KEEP_SIGN_INS: Final = timedelta(days=2)


async def forget_sign_ins(*, database: Database) -> int:
    """Delete old sign-ins, by whatever way, and browsers that are signed out; count them."""
    async with database.work(EVERY_OPERATOR) as work:
        before = work.now - KEEP_SIGN_INS
        forgotten = await store.forget_old(work, asked_before=before, ended_before=work.now)
        forgotten += await passkeys.forget_ceremonies(work, before)
        return forgotten + await openid.forget_logins(work, before)


async def forget_driver(work: Work, driver_id: UUID) -> None:
    """
    Step: let a driver be nobody any more: no address, no group, no way in. Twice is as once.

    The row stays, for what the books say of its number; the address may become a new driver's.
    Raises DriverNotFound.
    """
    await store.make_nobody(work, as_nobody(await get_driver(work, driver_id)))
    await passkeys.forget_driver(work, driver_id)
    await openid.forget_driver(work, driver_id)


def driver_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep of sign-ins."""

    async def forget() -> None:
        await forget_sign_ins(database=database)

    return (Schedule("drivers.forget", "37 3 * * *", forget),)
