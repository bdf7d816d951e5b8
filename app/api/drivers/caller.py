"""Which driver is calling: by the access token that the request carries."""

from typing import Any, Final, cast

from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from app.api.counter import AnyRequest, Counter, bearer_of, caller_by
from app.api.keys import AnyConnection
from app.api.problems import declared
from app.charging.chargers.find_evse import find_evse
from app.kernel.errors import Problem
from app.people.identity.drivers.access import Caller
from app.people.identity.drivers.devices import check_device, whoever_calls
from app.people.identity.drivers.errors import NotSignedIn
from app.people.identity.drivers.model import Driver

DRIVER = [{"driver": list[str]()}]
# A driver sees and gets what is agreed with them, everybody else what holds for all.
DRIVER_OR_NOBODY = [*DRIVER, {}]


# What changes nothing: an access token is enough until it ends by itself.
_ONLY_READ: Final = frozenset({"GET", "HEAD"})


async def signed_in(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """
    Guard a route that only a signed-in driver may call: 401 before the body is looked at.

    Whoever was signed out changes nothing from then on, however long the access token is good.
    """
    request = cast("AnyRequest", connection)
    token = bearer_of(request)
    if token is None:
        raise NotSignedIn("send the access token as Authorization: Bearer")
    counter: Counter = connection.app.state["counter"]
    known = caller_by(token, counter.desk)
    if request.method not in _ONLY_READ:
        await check_device(known, database=counter.desk.database)
    request.state["driver"] = known


# The keyword arguments of Litestar's decorators, which have a type each.
def for_drivers(answers: dict[int, ResponseSpec], *problems: type[Problem]) -> dict[str, Any]:
    """Return what a route of a signed-in driver tells Litestar: its guard, *answers* and errors."""
    return {
        "tags": ["Drivers"],
        "security": DRIVER,
        "guards": [signed_in],
        "responses": {**answers, **declared(NotSignedIn, *problems)},
    }


def driver_of(request: AnyRequest) -> Caller:
    """Return the driver whom the route's guard has let in."""
    known: Caller = request.state["driver"]
    return known


async def driver_at(request: AnyRequest, code: str, counter: Counter) -> Driver | None:
    """
    Return who calls, where they are known at what stands at *code*: None at another operator's.

    Raises NotSignedIn for an access token that is no longer good, and UnknownCode.
    """
    token = bearer_of(request)
    if token is None:
        return None
    known = caller_by(token, counter.desk)
    operator_id, _ = await find_evse(code, database=counter.desk.database)
    if operator_id != known.operator_id:
        return None
    return await whoever_calls(known, database=counter.desk.database)
