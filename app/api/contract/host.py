"""At which host something is answered: what is an operator's at that operator's alone."""

from typing import cast
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler

from app.api.counter import AnyRequest, Counter, bearer_of, caller_by
from app.charging.chargers.errors import UnknownCode
from app.charging.chargers.find_evse import find_evse
from app.directpay.desk import Desk, find
from app.directpay.errors import JourneyNotFound
from app.people.identity.drivers.access import looks_like_one
from app.people.identity.drivers.errors import NotSignedIn
from app.people.identity.find import find_operator
from app.people.identity.hosts.errors import HostUnknown, ServedElsewhere
from app.people.identity.model import Operator

AnyConnection = ASGIConnection[BaseRouteHandler, object, object, State]


async def guard_host(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """
    Let through what is asked for at a host where it belongs.

    Whose it is, is known by what the address names (a point, a session, an operator), or by the
    driver who calls; handlers look at what a body names. An operator's own key is good at every
    host of ours. Nothing is looked up while no operator has a host of its own.
    Raises HostUnknown and ServedElsewhere.
    """
    desk = cast("Counter", connection.app.state["counter"]).desk
    hosts, request = desk.hosts, cast("AnyRequest", connection)
    if hosts.are_all_ours:
        return
    host = asked_host(request)
    if not hosts.knows(host):
        raise HostUnknown("nobody's pages are at this host", host=host)
    for whose in (_driven_for(request, desk), await _named_in(request, desk)):
        if whose is not None:
            require_home(request, whose, desk)


def require_home(request: AnyRequest, operator_id: UUID, desk: Desk) -> None:
    """Raise ServedElsewhere where the things of this operator are not at the request's host."""
    if not desk.hosts.is_right(asked_host(request), operator_id):
        address = desk.base_of(operator_id)
        raise ServedElsewhere(f"this is answered at {address}", address=address)


async def code_here(request: AnyRequest, code: str, desk: Desk) -> None:
    """Raise ServedElsewhere where another operator's point stands at a body's code; UnknownCode."""
    if not desk.hosts.are_all_ours:
        whose, _ = await find_evse(code, database=desk.database)
        require_home(request, whose, desk)


async def operator_here(request: AnyRequest, slug: str, desk: Desk) -> Operator:
    """
    Return the operator that a body names, where the request is at its host.

    Raises OperatorNotFound and ServedElsewhere.
    """
    operator = await find_operator(slug, database=desk.database)
    require_home(request, operator.operator_id, desk)
    return operator


def asked_host(request: AnyRequest) -> str:
    """Return the Host header."""
    return request.headers.get("host", "")


def _driven_for(request: AnyRequest, desk: Desk) -> UUID | None:
    """Return at whose drivers the caller is known; None for keys, and for whom we do not know."""
    token = bearer_of(request)
    if token is None or not looks_like_one(token):
        return None
    try:
        return caller_by(token, desk).operator_id
    except NotSignedIn:
        return None


async def _named_in(request: AnyRequest, desk: Desk) -> UUID | None:
    """Return whose the point, session or operator in the address is; None where it names none."""
    path = request.path_params
    code = path.get("code") or path.get("evse")
    try:
        if code is not None:
            return (await find_evse(str(code), database=desk.database))[0]
        if "token" in path:
            return (await find(str(path["token"]), desk=desk)).operator_id
    except (UnknownCode, JourneyNotFound):
        return None
    return desk.hosts.operator_named(request.query_params.get("operator", ""))
