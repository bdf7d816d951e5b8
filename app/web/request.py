"""The request, as far as the pages know it."""

from litestar import Request
from litestar.datastructures import State

AnyRequest = Request[object, object, State]


def host_of(request: AnyRequest) -> str | None:
    """Return the address that the request comes from, or None where the server can't know it."""
    return None if request.client is None else request.client.host
