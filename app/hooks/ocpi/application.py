"""OCPI as one application: what main puts behind /ocpi/."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from litestar import HttpMethod, Litestar, Request, Response, route
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from app.hooks.ocpi.call import Answer, Call, Handler
from app.hooks.ocpi.failures import failure
from app.hooks.ocpi.routes import ROUTES
from app.infra.limits import Limit, TooManyRequests
from app.kernel.errors import Problem
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiNotOffered, OcpiTokenInvalid
from app.roaming.platforms.find import platform_of_header
from app.roaming.platforms.model import Platform
from app.roaming.platforms.ourselves import our_modules, our_versions
from app.roaming.wire.codec import encode_plain, plain
from app.roaming.wire.envelope import Envelope, Status
from app.roaming.wire.versions import Version

log = logging.getLogger(__name__)

# One location with hundreds of EVSEs, one CDR with signed values of a day.
MOST_BODY_BYTES: Final = 8 * 1024 * 1024
CALLS_PER_PLATFORM: Final = Limit("ocpi", 6000, timedelta(minutes=1))
STRANGERS: Final = Limit("ocpi-stranger", 60, timedelta(minutes=1))
_ECHOED: Final = ("x-request-id", "x-correlation-id")
_TURNED: Final = {
    "ocpi-from-country-code": "OCPI-to-country-code",
    "ocpi-from-party-id": "OCPI-to-party-id",
    "ocpi-to-country-code": "OCPI-from-country-code",
    "ocpi-to-party-id": "OCPI-from-party-id",
}
_METHODS: Final = [
    HttpMethod.GET,
    HttpMethod.POST,
    HttpMethod.PUT,
    HttpMethod.PATCH,
    HttpMethod.DELETE,
]


def ocpi_application(desk: RoamingDesk) -> Litestar:
    """Return OCPI below `/ocpi`; whatever happens is answered in OCPI's envelope."""
    door = _Door(desk)

    @route("/{path:path}", http_method=_METHODS, include_in_schema=False)
    async def ocpi(request: Request[None, None, State], path: FromPath[str]) -> Response[bytes]:
        return await door.answered(request, tuple(path.strip("/").split("/")))

    return Litestar(
        path="/ocpi",
        route_handlers=[ocpi],
        exception_handlers={HTTPException: _http_error, 500: _server_error},
        openapi_config=None,
        request_max_body_size=MOST_BODY_BYTES,
        logging_config=None,
    )


class _Door:
    """Lets platforms in, and hands their calls to the functions that answer them."""

    def __init__(self, desk: RoamingDesk) -> None:
        self._desk = desk

    async def answered(
        self, request: Request[None, None, State], path: tuple[str, ...]
    ) -> Response[bytes]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        version = Version.V230
        try:
            if any("\0" in part for part in path):
                raise OcpiNotOffered("there is nothing at this address", http=404)
            platform = await self._let_in(request, headers)
            if path[0] in set(Version):
                version = Version(path[0])
            answer = await self._answer(request, headers, platform, path)
        except Problem as problem:
            answer = failure(problem)
        return _response(answer, _envelope(answer, version, self._desk.clock.now()), headers)

    async def _let_in(
        self, request: Request[None, None, State], headers: Mapping[str, str]
    ) -> Platform:
        try:
            platform = await platform_of_header(headers.get("authorization"), desk=self._desk)
        except OcpiTokenInvalid:
            host = request.client.host if request.client else "unknown"
            await self._count(STRANGERS, host)
            raise
        await self._count(CALLS_PER_PLATFORM, str(platform.platform_id))
        return platform

    async def _count(self, limit: Limit, who: str) -> None:
        number, left = await self._desk.limits.count(limit, who)
        if number > limit.most:
            msg = f"more than {limit.most} calls a minute"
            raise TooManyRequests(msg, limit=limit.most, retry_after=left)

    async def _answer(
        self,
        request: Request[None, None, State],
        headers: Mapping[str, str],
        platform: Platform,
        path: tuple[str, ...],
    ) -> Answer:
        base = self._desk.base_url
        if path == ("versions",) and request.method == "GET":
            return Answer(our_versions(base))
        version = _version(path[0])
        if len(path) == 1 and request.method == "GET":
            return Answer(our_modules(base, version))
        handler, length = _handler(path, request.method, platform)
        call = Call(
            platform=platform,
            version=version,
            method=request.method,
            url=f"{base}/ocpi/{'/'.join(path[:length])}",
            rest=path[length:],
            query={name: text.replace("\0", "") for name, text in request.query_params.items()},
            headers=headers,
            body=await request.body(),
        )
        return await handler(call, self._desk)


def _version(name: str) -> Version:
    try:
        return Version(name)
    except ValueError as unknown:
        msg = f"version {name!r} is not spoken here"
        raise OcpiNotOffered(msg, http=404, status=Status.UNSUPPORTED_VERSION) from unknown


def _handler(path: tuple[str, ...], method: str, platform: Platform) -> tuple[Handler, int]:
    """Return who answers, and how many parts of the path lead there."""
    length = 2 if path[1] == "credentials" else 3
    role = "" if path[1] == "credentials" else path[1]
    methods = ROUTES.get((role, path[length - 1])) if len(path) >= length else None
    if methods is None:
        raise OcpiNotOffered("there is nothing at this address", http=404)
    if method not in methods:
        raise OcpiNotOffered(f"{method} is not possible here", http=405)
    if role and not platform.is_connected:
        raise OcpiTokenInvalid("this token is only good for registering")
    return methods[method], length


def _response(answer: Answer, body: bytes, headers: Mapping[str, str]) -> Response[bytes]:
    told = {name: headers[name] for name in _ECHOED if name in headers}
    turned = {back: headers[name] for name, back in _TURNED.items() if name in headers}
    return Response(
        body,
        status_code=answer.http,
        media_type=MediaType.JSON,
        headers={**told, **turned, **answer.headers},
    )


def _envelope(answer: Answer, version: Version, at: datetime) -> bytes:
    envelope = Envelope(status_code=answer.status, status_message=answer.message, timestamp=at)
    found = plain(envelope, version)
    # Empty lists are data, too: what is nothing at all is left out.
    if answer.data is not None:
        found = {"data": plain(answer.data, version), **found}
    return encode_plain(found)


def _http_error(_: Request[None, None, State], error: HTTPException) -> Response[bytes]:
    return _bare(error.status_code, Status.CLIENT_ERROR, error.detail)


def _server_error(_: Request[None, None, State], error: Exception) -> Response[bytes]:
    log.error("a call of another platform failed", exc_info=error)
    return _bare(500, Status.SERVER_ERROR, "something went wrong here")


def _bare(http: int, status: Status, message: str) -> Response[bytes]:
    text = encode_plain({"status_code": int(status), "status_message": message})
    return Response(text, status_code=http, media_type=MediaType.JSON)
