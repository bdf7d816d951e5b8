"""A driver changes its name or language."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity.drivers import store
from app.people.identity.drivers.errors import DriverNameInvalid, DriverNotFound
from app.people.identity.drivers.model import Driver

LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Profile:
    """What is to be different: a *name* ("": none), a *language*; None stays as it is."""

    name: str | None = None
    language: str | None = None


async def lock_driver(work: Work, driver_id: UUID) -> Driver:
    """Step: return a driver for a change. Raises DriverNotFound, also for one who has left."""
    found = await store.lock_driver(work, driver_id)
    if found is None or found.is_nobody:
        raise DriverNotFound("the operator knows no driver by this")
    return found


async def change_profile(work: Work, driver: Driver, wanted: Profile) -> Driver:
    """Step: change what is *wanted*, and return the driver then. Raises DriverNameInvalid."""
    name = driver.name if wanted.name is None else checked_name(wanted.name)
    changed = replace(driver, name=name, language=wanted.language or driver.language)
    if changed != driver:
        await store.save_profile(work, changed)
    return changed


async def name_driver(driver_id: UUID, name: str, *, operator_id: UUID, database: Database) -> None:
    """Call a driver *name*, as the driver has typed it. Raises DriverNameInvalid."""
    async with database.work(operator_id) as work:
        await change_profile(work, await lock_driver(work, driver_id), Profile(name=name))


def checked_name(typed: str) -> str:
    """Return a name as it is kept, "" for none. Raises DriverNameInvalid."""
    name = " ".join(typed.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise DriverNameInvalid(f"expected at most {LONGEST_NAME} characters", field="name")
    return name
