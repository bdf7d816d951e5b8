"""The feed over HTTP: OCPI's envelope and pages, without any token."""

import re
from http import HTTPStatus
from typing import Final

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath

from app.hooks.open_data.feed import LIFETIME, PAGE, Asked, OpenData, Page
from app.people.identity.errors import OperatorNotFound
from app.roaming.wire.codec import encode_plain
from app.roaming.wire.envelope import Status
from app.roaming.wire.versions import Version

_MODULES: Final = ("locations", "tariffs")
# Nine digits: more locations than there are, and a number that the database takes.
_OFFSET: Final = re.compile(r"[0-9]{1,9}")
_OPEN: Final = {
    "Cache-Control": f"public, max-age={LIFETIME.seconds}",
    "Access-Control-Allow-Origin": "*",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}


@get("/open-data/{slug:str}", include_in_schema=False)
async def feed_index(slug: FromPath[str], open_data: NamedDependency[OpenData]) -> Response[bytes]:
    """Tell where the feeds of an operator are."""
    base = f"{open_data.base_url}/open-data/{slug}"
    feeds = [
        {"version": str(version), "module": module, "url": f"{base}/{version}/{module}"}
        for version in Version
        for module in _MODULES
    ]
    try:
        await open_data.page(Asked(slug, Version.V230, "tariffs", 0))
    except OperatorNotFound as unknown:
        return _failed(HTTPStatus.NOT_FOUND, unknown.detail)
    return Response(encode_plain(feeds), media_type=MediaType.JSON, headers=_OPEN)


@get("/open-data/{slug:str}/{version:str}/{module:str}", include_in_schema=False)
async def feed_page(
    request: Request[None, None, State],
    slug: FromPath[str],
    version: FromPath[str],
    module: FromPath[str],
    open_data: NamedDependency[OpenData],
) -> Response[bytes]:
    """Answer a page: places with the status of each EVSE, or the prices that they name."""
    if version not in set(Version) or module not in _MODULES:
        return _failed(HTTPStatus.NOT_FOUND, "there is no such feed")
    offset = request.query_params.get("offset", "0")
    if not _OFFSET.fullmatch(offset):
        return _failed(HTTPStatus.BAD_REQUEST, "offset: expected a whole number")
    try:
        page = await open_data.page(Asked(slug, Version(version), module, int(offset)))
    except OperatorNotFound as unknown:
        return _failed(HTTPStatus.NOT_FOUND, unknown.detail)
    return _sent(request, page, f"{open_data.base_url}{request.url.path}")


def _sent(request: Request[None, None, State], page: Page, url: str) -> Response[bytes]:
    body = page.body
    headers = {
        **_OPEN,
        "ETag": body.etag,
        "X-Total-Count": str(page.total),
        "X-Limit": str(PAGE),
    }
    if page.next_offset is not None:
        headers["Link"] = f'<{url}?offset={page.next_offset}>; rel="next"'
    if body.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    content, encoding = body.encoded(request.headers.get("accept-encoding", ""))
    if encoding is not None:
        headers["Content-Encoding"] = encoding
    return Response(content, media_type=MediaType.JSON, headers=headers)


def _failed(http: HTTPStatus, detail: str) -> Response[bytes]:
    body = encode_plain({"status_code": int(Status.CLIENT_ERROR), "status_message": detail})
    return Response(body, status_code=http, media_type=MediaType.JSON)
