"""The request, as far as the pages know it."""

from litestar import Request
from litestar.datastructures import State

AnyRequest = Request[object, object, State]


def host_of(request: AnyRequest) -> str | None:
    """Return the address that the request comes from, or None where the server can't know it."""
    return None if request.client is None else request.client.host


def is_from_outside(request: AnyRequest) -> bool:
    """Tell whether a page was opened from a camera, an app or another site: by no link of ours."""
    return request.headers.get("sec-fetch-site") != "same-origin"
