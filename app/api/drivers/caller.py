"""Which driver is calling: by the access token that the request carries."""

from typing import cast

from litestar.handlers import BaseRouteHandler

from app.api.counter import AnyRequest, Counter, bearer_of
from app.api.keys import AnyConnection
from app.people.identity.drivers.access import Caller, caller
from app.people.identity.drivers.errors import NotSignedIn

DRIVER = [{"driver": list[str]()}]


async def signed_in(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Guard a route that only a signed-in driver may call: 401 before the body is looked at."""
    request = cast("AnyRequest", connection)
    token = bearer_of(request)
    if token is None:
        raise NotSignedIn("send the access token as Authorization: Bearer")
    counter: Counter = connection.app.state["counter"]
    desk = counter.desk
    keys = (desk.secrets.key, *desk.secrets.former)
    request.state["driver"] = caller(token, keys, desk.database.clock.now())


def driver_of(request: AnyRequest) -> Caller:
    """Return the driver whom the route's guard has let in."""
    known: Caller = request.state["driver"]
    return known
