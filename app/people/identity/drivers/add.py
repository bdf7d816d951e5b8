"""Know a driver before the first sign-in, so that an operator can give something to an address."""

from app.infra.addresses import one_address
from app.infra.database import Work
from app.people.identity.drivers import store
from app.people.identity.drivers.errors import NotAnAddress
from app.people.identity.drivers.model import Driver, known_as


async def driver_for(work: Work, typed: str, language: str) -> Driver:
    """
    Step: return the operator's driver with this address, made if need be.

    Whoever shows the address to be theirs finds what was given to it. Raises NotAnAddress.
    """
    address = one_address(typed)
    if address is None:
        raise NotAnAddress("write one address, for example name@example.com", field="email")
    email = known_as(address)
    known = await store.driver_with_email(work, email)
    if known is not None:
        return known
    new = Driver(work.ids.uuid7(work.now), work.operator_id, email, language, work.now)
    return await store.put_driver(work, new)
