"""HTTP calls to other platforms."""

import asyncio
import re
from typing import Any, Final
from urllib.parse import urljoin

import httpx

from app.kernel.clock import Clock
from app.kernel.ids import Ids
from app.roaming.errors import OcpiInvalid, PlatformTrouble
from app.roaming.platforms.tokens import encoded
from app.roaming.ports import Link, PeerRequest, Reply
from app.roaming.wire.codec import read, read_json
from app.roaming.wire.envelope import Envelope

# A page of a thousand locations, a CDR with the signed values of a day.
_MOST_BYTES: Final = 32 * 1024 * 1024
_NEXT: Final = re.compile(r'<([^>]+)>\s*;[^,]*rel="?next"?', re.IGNORECASE)
_NO_ENVELOPE: Final = 0
_CONNECT_SECONDS: Final = 5
# Nothing has left us: there is no such address, or nobody took the call.
_NOT_SENT: Final = (
    httpx.InvalidURL,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
)


class OcpiClient:
    """The way to other platforms; implements `Peers`."""

    def __init__(
        self, clock: Clock, ids: Ids, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        """Connect with the first call; *transport* replaces the network."""
        self._clock = clock
        self._ids = ids
        self._http = httpx.AsyncClient(transport=transport, follow_redirects=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def call(self, link: Link, request: PeerRequest) -> Reply:
        """Send *request* and return what came back. Raises PlatformTrouble."""
        url = request.url
        if not url.startswith(("https://", "http://")):
            raise PlatformTrouble(f"{url!r} is no address", url=url, is_sent=False)
        try:
            async with asyncio.timeout(request.seconds):
                return await self._sent(link, request)
        except _NOT_SENT as error:
            raise _trouble(url, error, is_sent=False) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise _trouble(url, error, is_sent=True) from error

    async def _sent(self, link: Link, request: PeerRequest) -> Reply:
        patience = httpx.Timeout(request.seconds, connect=min(request.seconds, _CONNECT_SECONDS))
        async with self._http.stream(
            request.method,
            request.url,
            content=request.body,
            headers=self._headers(link),
            timeout=patience,
        ) as answer:
            return _reply(answer, await _content(answer, request.url), request.url)

    def _headers(self, link: Link) -> dict[str, str]:
        token = link.token if link.is_raw else encoded(link.token)
        headers = {
            "Authorization": f"Token {token}",
            "Content-Type": "application/json",
            "X-Request-ID": str(self._ids.uuid7(self._clock.now())),
            "X-Correlation-ID": str(self._ids.uuid7(self._clock.now())),
        }
        for side, party in (("from", link.sender), ("to", link.receiver)):
            if party is not None:
                headers[f"OCPI-{side}-country-code"] = party.country_code
                headers[f"OCPI-{side}-party-id"] = party.party_id
        return headers


async def _content(answer: httpx.Response, url: str) -> bytes:
    """Return the body of *answer*, read no further than it may be long. Raises PlatformTrouble."""
    found = bytearray()
    async for part in answer.aiter_bytes():
        found += part
        if len(found) > _MOST_BYTES:
            msg = f"{url} answers more than {_MOST_BYTES} bytes"
            raise PlatformTrouble(msg, url=url, is_sent=True)
    return bytes(found)


def _reply(answer: httpx.Response, content: bytes, url: str) -> Reply:
    if answer.is_redirect:
        msg = f"{url} sends on to {answer.headers.get('Location', 'nowhere')}, which is not done"
        raise PlatformTrouble(msg, url=url, is_sent=True)
    envelope = _envelope(content)
    following = _NEXT.search(answer.headers.get("Link", ""))
    total = answer.headers.get("X-Total-Count", "")
    return Reply(
        http=answer.status_code,
        status=envelope.status_code,
        message=envelope.status_message or answer.reason_phrase,
        data=envelope.data,
        next_url=None if following is None else urljoin(url, following[1]),
        total=int(total) if total.isdecimal() else None,
        location=_absolute(url, answer.headers.get("Location")),
    )


def _absolute(url: str, told: str | None) -> str | None:
    """Return the address in a header, which may leave out what it has in common with *url*."""
    return None if not told else urljoin(url, told)


def _envelope(content: bytes) -> Envelope:
    try:
        found: Any = read_json(content)
        return read(Envelope, found)
    except OcpiInvalid:
        return Envelope(status_code=_NO_ENVELOPE, status_message="this is no OCPI answer")


def _trouble(url: str, error: Exception, *, is_sent: bool) -> PlatformTrouble:
    reason = str(error) or type(error).__name__
    return PlatformTrouble(f"{url} does not answer: {reason}", url=url, is_sent=is_sent)
