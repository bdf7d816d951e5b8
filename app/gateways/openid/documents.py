"""What providers publish: their addresses (OpenID Connect Discovery 1.0) and keys, kept a while."""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet

from app.gateways.openid.wire import Metadata
from app.kernel.clock import Clock
from app.people.identity.openid.errors import OpenIdUnavailable

T = TypeVar("T")
KEPT: Final = timedelta(hours=1)
# A key that is not known may be new; an attacker's invented ones must not make us ask and ask.
KEYS_ASKED_EVERY: Final = timedelta(minutes=1)
PATIENCE_SECONDS: Final = 10
_MOST_BYTES: Final = 256 * 1024
_MOST_ISSUERS: Final = 256


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as it was read: its addresses, and the keys by which it signs."""

    metadata: Metadata
    keys: KeySet
    read_at: datetime


class _Keys(msgspec.Struct, frozen=True):
    """A set of keys (RFC 7517, 5)."""

    keys: list[dict[str, str | list[str]]]


class Documents:
    """Reads what providers publish by *http*, and keeps it for an hour."""

    def __init__(self, http: httpx.AsyncClient, clock: Clock) -> None:
        """Read with the first question."""
        self._http = http
        self._clock = clock
        self._kept: OrderedDict[str, Provider] = OrderedDict()

    async def provider(self, issuer: str, *, newer_than: timedelta = KEPT) -> Provider:
        """Return what *issuer* publishes, not older than that. Raises OpenIdUnavailable."""
        kept = self._kept.get(issuer)
        if kept is not None and self._clock.now() < kept.read_at + newer_than:
            return kept
        fresh = await self._read(issuer)
        self._kept[issuer] = fresh
        self._kept.move_to_end(issuer)
        while len(self._kept) > _MOST_ISSUERS:
            self._kept.popitem(last=False)
        return fresh

    async def get(self, url: str, *, bearer: str | None = None) -> bytes:
        """Return what is at *url*. Raises OpenIdUnavailable."""
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        status, body = await self.send(httpx.Request("GET", url, headers=headers))
        if status != httpx.codes.OK:
            raise trouble(url, f"status {status}")
        return body

    async def send(self, request: httpx.Request) -> tuple[int, bytes]:
        """Return status and body of the answer, which may be short only. OpenIdUnavailable."""
        try:
            answer = await self._http.send(request, stream=True)
            try:
                return answer.status_code, await _body(answer)
            finally:
                await answer.aclose()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise trouble(str(request.url), str(error) or type(error).__name__) from error

    async def _read(self, issuer: str) -> Provider:
        url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        metadata = await self._document(url, msgspec.json.Decoder(Metadata).decode)
        if metadata.issuer != issuer:
            # Discovery 1.0, 4.3: nobody may speak for another issuer.
            raise trouble(url, f"it says that it is {metadata.issuer!r}")
        keys = await self._document(metadata.jwks_uri, _keys)
        return Provider(metadata, keys, self._clock.now())

    async def _document(self, url: str, read: Callable[[bytes], T]) -> T:
        body = await self.get(url)
        try:
            return read(body)
        except (msgspec.MsgspecError, JoseError, ValueError, KeyError, TypeError) as error:
            raise trouble(url, f"it cannot be read: {error}") from error


async def _body(answer: httpx.Response) -> bytes:
    found = bytearray()
    async for part in answer.aiter_bytes():
        found += part
        if len(found) > _MOST_BYTES:
            raise trouble(str(answer.url), f"more than {_MOST_BYTES} bytes")
    return bytes(found)


def _keys(body: bytes) -> KeySet:
    """Return the keys that can be used; others are for what we do not do."""
    usable: list[Key] = []
    for key in msgspec.json.decode(body, type=_Keys).keys:
        with suppress(JoseError, ValueError, KeyError, TypeError):
            usable.append(JWKRegistry.import_key(key))
    return KeySet(usable)


def trouble(url: str, what: str) -> OpenIdUnavailable:
    """Return that a provider is of no use now, and why."""
    return OpenIdUnavailable(f"{url}: {what}", url=url)
