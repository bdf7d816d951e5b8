"""At which host a page is: each operator's at its own, and nobody's at a host that nobody knows."""

from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.people.identity.hosts.book import Hosts
from app.people.identity.hosts.errors import HostUnknown
from app.web.request import AnyRequest

# The method stays what it is: a form that was open goes where it belongs.
_TEMPORARY = 307
_NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class ElsewhereServed(Exception):
    """What was asked for is another operator's, or has moved to its own host; *base* is where."""

    def __init__(self, base: str) -> None:
        """Take the right address, without a slash at its end."""
        super().__init__(base)
        self.base = base


class HostMiddleware(ASGIMiddleware):
    """
    Lets through what is asked for at a host where it belongs.

    What it needs is known to the process: no page waits for it. Operators are told apart by the
    slug in a path here, by code and session in the handlers, see `at_home`.
    """

    def __init__(self, hosts: Callable[[], Hosts]) -> None:
        """Take what returns whose hosts there are: the framework copies what a middleware holds."""
        self._hosts = hosts

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Raise HostUnknown for a host of nobody, ElsewhereServed for another operator's page."""
        request: AnyRequest = Request(scope)
        host, hosts = asked_host(request), self._hosts()
        if not hosts.knows(host):
            raise HostUnknown("nobody's pages are at this host", host=host)
        named = hosts.operator_named(str(scope.get("path_params", {}).get("slug", "")))
        whose = named or hosts.operator_at(host)
        if whose is not None:
            at_home(request, whose, hosts)
        await next_app(scope, receive, send)


def asked_host(request: AnyRequest) -> str:
    """Return the Host header."""
    return request.headers.get("host", "")


def at_home(request: AnyRequest, operator_id: UUID, hosts: Hosts) -> None:
    """Raise ElsewhereServed where the pages of this operator are not at the request's host."""
    if not hosts.is_right(asked_host(request), operator_id):
        raise ElsewhereServed(hosts.base_of(operator_id))


def lead_there(request: AnyRequest, elsewhere: ElsewhereServed) -> Response[bytes]:
    """Lead to the same page at the right host."""
    query = request.scope["query_string"].decode("latin-1")
    path = quote(request.url.path, safe="/%:@!$&'()*+,;=~-._")
    location = f"{elsewhere.base}{path}{'?' if query else ''}{query}"
    return Response(b"", status_code=_TEMPORARY, headers={"Location": location, **_NO_STORE})
