"""Forget what signing in has left behind."""

from datetime import timedelta
from typing import Final

from app.infra.database import EVERY_OPERATOR, Database
from app.infra.jobs import Schedule
from app.people.identity.drivers import store

# Longer than the longest window that is counted.
KEEP_SIGN_INS: Final = timedelta(days=2)


async def forget_sign_ins(*, database: Database) -> int:
    """Delete old sign-ins and browsers that are signed out by time; return how many."""
    async with database.work(EVERY_OPERATOR) as work:
        return await store.forget_old(
            work, asked_before=work.now - KEEP_SIGN_INS, ended_before=work.now
        )


def driver_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep of sign-ins."""

    async def forget() -> None:
        await forget_sign_ins(database=database)

    return (Schedule("drivers.forget", "37 3 * * *", forget),)
