"""What every handler of the API works with."""

from dataclasses import dataclass

from litestar import Request
from litestar.datastructures import State
from litestar.exceptions import NotAuthorizedException

from app.api.places.shelf import Shelf
from app.charging.chargers.calls.ports import CallGateway
from app.directpay.desk import Desk, find, may_control
from app.directpay.errors import NotYours
from app.directpay.model import Journey
from app.infra.fan import Fan
from app.infra.live import LiveBus
from app.people.identity.drivers.access import Caller, caller, looks_like_one
from app.people.identity.drivers.devices import check_device

AnyRequest = Request[object, object, State]
_SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Counter:
    """
    The desk of the journey, the live bus, and the open event streams of the process.

    *calls* is the way to make any call to a charge point, the *shelf* has what many look at.
    """

    desk: Desk
    live: LiveBus
    fan: Fan
    calls: CallGateway
    shelf: Shelf


def bearer_of(request: AnyRequest) -> str | None:
    """Return the token or key that the request carries as `Authorization: Bearer`."""
    given = request.headers.get("authorization", "")
    if given[: len(_SCHEME)].lower() != _SCHEME:
        return None
    return given[len(_SCHEME) :].strip() or None


def is_payer(request: AnyRequest, journey: Journey, desk: Desk) -> bool:
    """
    Tell whether the request comes from who paid for the session, or from whose own it is.

    Raises NotSignedIn for an access token that is no longer good.
    """
    shown = bearer_of(request)
    if shown is None:
        return False
    if looks_like_one(shown):
        return (
            journey.driver_id is not None and journey.driver_id == caller_by(shown, desk).driver_id
        )
    return may_control(journey.journey_id, shown, desk=desk)


def caller_by(access_token: str, desk: Desk) -> Caller:
    """Return who calls with this access token. Raises NotSignedIn."""
    keys = (desk.secrets.key, *desk.secrets.former)
    return caller(access_token, keys, desk.database.clock.now())


async def require_control(request: AnyRequest, token: str, desk: Desk) -> None:
    """
    Let only who paid go on.

    Raises JourneyNotFound, NotYours, NotSignedIn for an app that was signed out, and 401 without
    any token.
    """
    may = is_payer(request, await find(token, desk=desk), desk)
    shown = bearer_of(request)
    if shown is None:
        raise NotAuthorizedException(headers={"WWW-Authenticate": "Bearer"})
    if looks_like_one(shown):
        await check_device(caller_by(shown, desk), database=desk.database)
    if not may:
        raise NotYours("this is neither the control token of this session nor its driver's")


def host_of(request: AnyRequest) -> str | None:
    """Return the address that the request comes from, or None where the server can't know it."""
    return None if request.client is None else request.client.host
