"""Look drivers up: by address, by id; and whether a browser waits for a code."""

from uuid import UUID

from app.infra.addresses import one_address
from app.infra.database import Database, Work
from app.people.identity.drivers import store
from app.people.identity.drivers.errors import DriverNotFound
from app.people.identity.drivers.model import Driver, SignIn, digest_of, known_as


async def get_driver(work: Work, driver_id: UUID) -> Driver:
    """Step: return the driver with this id. Raises DriverNotFound."""
    return _found(await store.driver_with_id(work, driver_id))


async def find_driver(work: Work, driver_id: UUID) -> Driver | None:
    """Step: return the driver with this id, or None: they are gone."""
    return await store.driver_with_id(work, driver_id)


async def driver_of_address(work: Work, typed: str) -> Driver:
    """Step: return the operator's driver with this mail address. Raises DriverNotFound."""
    return _found(await known_driver(work, typed))


async def known_driver(work: Work, typed: str) -> Driver | None:
    """Step: return the operator's driver with this mail address, or None."""
    address = one_address(typed)
    return None if address is None else await store.driver_with_email(work, known_as(address))


async def sign_in_to_mail(work: Work, sign_in_id: UUID) -> SignIn | None:
    """Step: return the sign-in whose code is to be mailed, or None: it is of no use any more."""
    found = await store.find_sign_in(work, sign_in_id)
    return found if found is not None and found.is_open(work.now) else None


async def open_sign_in(secret: str, *, operator_id: UUID, database: Database) -> SignIn | None:
    """Return the sign-in for which a browser with this *secret* may type a code, or None."""
    async with database.work(operator_id) as work:
        found = await store.sign_in_of(work, digest_of(secret))
        return found if found is not None and found.is_open(work.now) else None


def _found(driver: Driver | None) -> Driver:
    if driver is None:
        raise DriverNotFound("the operator knows no driver by this")
    return driver
