"""By what a driver is signed in: the list, and signing one of them out."""

from collections.abc import Sequence
from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity.drivers import store
from app.people.identity.drivers.access import Caller
from app.people.identity.drivers.errors import DeviceNotFound, DriverNotFound, NotSignedIn
from app.people.identity.drivers.model import Driver, SignedIn
from app.people.identity.drivers.read import get_driver


async def devices_of(caller: Caller, *, database: Database) -> Sequence[SignedIn]:
    """Return the browsers and apps by which the driver is signed in, what was used last first."""
    async with database.work(caller.operator_id) as work:
        return await store.signed_in_of(work, caller.driver_id)


async def sign_out_one(caller: Caller, device_id: UUID, *, database: Database) -> None:
    """Sign one of the driver's browsers or apps out; twice is as once. Raises DeviceNotFound."""
    async with database.work(caller.operator_id) as work:
        if not await store.revoke_one(work, caller.driver_id, device_id):
            raise DeviceNotFound("you have no such browser or app")


async def is_signed_in(work: Work, driver_id: UUID, device_id: UUID) -> bool:
    """Step: tell whether one of a driver's browsers or apps is still signed in."""
    return any(each.browser_id == device_id for each in await store.signed_in_of(work, driver_id))


async def check_device(caller: Caller, *, database: Database) -> None:
    """
    See that the app which calls was not signed out since it got its access token.

    For calls that change something: they do not wait for a quarter of an hour to be over. Raises
    NotSignedIn.
    """
    async with database.work(caller.operator_id) as work:
        await _check_device(work, caller)


async def whoever_calls(caller: Caller, *, database: Database) -> Driver:
    """
    Return the driver who calls.

    Raises DriverNotFound, also for one who has left, and NotSignedIn for an app that was signed
    out.
    """
    async with database.work(caller.operator_id) as work:
        driver = await get_driver(work, caller.driver_id)
        if driver.is_nobody:
            raise DriverNotFound("this driver has left")
        await _check_device(work, caller)
    return driver


async def _check_device(work: Work, caller: Caller) -> None:
    if not await is_signed_in(work, caller.driver_id, caller.device_id):
        raise NotSignedIn("this app was signed out: sign in again")
