"""Whose cards and cars a call is about."""

from app.api.counter import AnyRequest, Counter
from app.api.drivers.caller import driver_of
from app.people.identity.drivers.devices import whoever_calls
from app.people.identity.drivers.model import Driver


async def driver_in(request: AnyRequest, counter: Counter) -> Driver:
    """Return the driver whom the route's guard has let in. Raises NotSignedIn: gone since."""
    return await whoever_calls(driver_of(request), database=counter.desk.database)
