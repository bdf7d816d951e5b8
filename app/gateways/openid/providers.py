"""The way to providers of OpenID Connect, whose libraries are loaded with the first question."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx

from app.kernel.clock import Clock
from app.kernel.parts import part
from app.people.identity.openid.ports import Asking, Exchange, Person

if TYPE_CHECKING:
    from app.gateways.openid.client import OpenIdClient


class Providers:
    """Asks providers over *transport*, which reaches no address of our own network."""

    def __init__(self, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Load nothing yet; *transport* replaces the network."""
        self._clock = clock
        self._transport = transport
        self._client: OpenIdClient | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    async def address(self, asking: Asking) -> str:
        """Return where the browser is to go. Raises OpenIdUnavailable."""
        return await (await self._open()).address(asking)

    async def person(self, exchange: Exchange) -> Person:
        """Return who came, as the issuer signed it. Raises OpenIdRefused, OpenIdUnavailable."""
        return await (await self._open()).person(exchange)

    async def _open(self) -> "OpenIdClient":
        make = await asyncio.to_thread(_load)
        if self._client is None:
            self._client = make(self._clock, self._transport)
        return self._client


def _load() -> "Callable[[Clock, httpx.AsyncBaseTransport | None], OpenIdClient]":
    loaded: Callable[[Clock, httpx.AsyncBaseTransport | None], OpenIdClient]
    loaded = part("app.gateways.openid.client").OpenIdClient
    return loaded
