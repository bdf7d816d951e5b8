"""The push services of browsers over HTTP (RFC 8030), to which we are known by a key (RFC 8292)."""

from collections.abc import Callable
from typing import Final

import httpx

from app.kernel.clock import Clock
from app.kernel.parts import part
from app.people.notifications.keys import PushKeys
from app.people.notifications.model import Address
from app.people.notifications.ports import Gone, NotPushed, Pushed, PushOutcome
from app.people.notifications.services import PushServices

PATIENCE_SECONDS: Final = 10
_GONE: Final = (404, 410)
# The service forgets us (401, 403: another key), or can never take it (400, 413).
_NEVER: Final = (400, 401, 403, 413)


class WebPush:
    """Seals messages, signs for them, and hands them to the browser's own push service."""

    def __init__(
        self, keys: PushKeys, services: PushServices, clock: Clock, *, contact: str
    ) -> None:
        """Sign by *keys*; *contact*, an address that begins with mailto:, is where to reach us."""
        self._keys = keys
        self._services = services
        self._clock = clock
        self._contact = contact
        self._client: httpx.AsyncClient | None = None

    async def push(self, address: Address, body: bytes, *, seconds: int) -> PushOutcome:
        """Send *body*; it is of use for so many *seconds*. See PushService."""
        key = self._keys.private_of(address.server_key)
        if key is None or not self._services.knows(address.endpoint):
            return Gone()
        message = part("app.gateways.webpush.message")
        sealed: Callable[[Address, bytes], bytes] = message.content
        try:
            content = sealed(address, body)
        except ValueError:
            return Gone()
        headers = {
            "Authorization": message.authorization(address, key, self._contact, self._clock.now()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(seconds),
            "Urgency": "high",
        }
        try:
            answer = await self._open().post(address.endpoint, content=content, headers=headers)
        except httpx.HTTPError as error:
            return NotPushed(f"{type(error).__name__}: {error}")
        return _outcome(answer)

    async def close(self) -> None:
        """Let go of connections."""
        if self._client is not None:
            await self._client.aclose()

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=PATIENCE_SECONDS, follow_redirects=False)
        return self._client


def _outcome(answer: httpx.Response) -> PushOutcome:
    if answer.is_success:
        return Pushed()
    if answer.status_code in _GONE or answer.status_code in _NEVER:
        return Gone()
    return NotPushed(f"HTTP {answer.status_code}")
