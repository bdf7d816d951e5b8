"""The network that other platforms may be called over: https, to public addresses, and no other."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final

import httpcore
import httpx

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]

# IPv6 addresses of this network hold an IPv4 address in their last 32 bits (RFC 6052).
_TRANSLATED: Final = ip_network("64:ff9b::/96")
_LAST_BITS: Final = 0xFFFF_FFFF
# Public by its number, and yet the platform service of Azure's own machines.
_SERVICES: Final = frozenset((ip_address("168.63.129.16"),))


def is_public(text: str) -> bool:
    """
    Tell whether anybody on the internet may be at the address *text*.

    Not so for private, loopback, link-local, shared and documentation networks, the metadata
    services of clouds, and IPv6 addresses that stand for such an IPv4 address.
    """
    return all(
        one.is_global and not one.is_multicast and not one.is_reserved and one not in _SERVICES
        for one in _meanings(ip_address(text))
    )


def _meanings(address: Address) -> Iterable[Address]:
    """Yield *address*, or the IPv4 addresses that it stands for."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address in _TRANSLATED:
        return (IPv4Address(int(address) & _LAST_BITS),)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    return (address,) if address.teredo is None else address.teredo


async def addresses_of(host: str, port: int) -> list[str]:
    """Return what *host* means now. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


class PublicNetwork(httpcore.AsyncNetworkBackend):
    """
    Connects to public addresses only.

    A name is looked up once, and what was checked is what is connected to: a name that means
    something else a moment later gains nothing.
    """

    def __init__(
        self, inner: httpcore.AsyncNetworkBackend, resolve: Resolve = addresses_of
    ) -> None:
        """Connect by *inner* to what *resolve* finds."""
        self._inner = inner
        self._resolve = resolve

    async def connect_tcp(
        self,
        host: str,
        port: int,
        *given: Any,  # noqa: ANN401 - what httpcore hands on
        **more: Any,  # noqa: ANN401 - the same
    ) -> httpcore.AsyncNetworkStream:
        """Connect to *host*; raise httpcore.ConnectError where that is not allowed."""
        try:
            found = await self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} is not known: {error}") from error
        private = [one for one in found if not is_public(one)]
        if private or not found:
            place = private[0] if private else "nowhere"
            raise httpcore.ConnectError(f"{host} is at {place}, which is no public address")
        return await self._first(found, port, *given, **more)

    async def _first(
        self,
        addresses: list[str],
        port: int,
        *given: Any,  # noqa: ANN401 - as above
        **more: Any,  # noqa: ANN401 - as above
    ) -> httpcore.AsyncNetworkStream:
        *rest, last = addresses
        for address in rest:
            try:
                return await self._inner.connect_tcp(address, port, *given, **more)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(last, port, *given, **more)


class PublicTransport(httpx.AsyncHTTPTransport):
    """httpx over https and `PublicNetwork`, without proxies."""

    def __init__(self, network: httpcore.AsyncNetworkBackend | None = None) -> None:
        """Connect by *network*, by default the internet as it is public."""
        super().__init__(verify=_trusted())
        # httpx hands no network on to the pool that it makes.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_trusted(),
            network_backend=network or PublicNetwork(httpcore.AnyIOBackend()),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request*; raise httpx.ConnectError unless it goes by https."""
        if request.url.scheme != "https":
            raise httpx.ConnectError("only https is allowed", request=request)
        return await super().handle_async_request(request)


@cache
def _trusted() -> ssl.SSLContext:
    """Return whose certificates count: a megabyte, which all connections share."""
    return httpx.create_ssl_context()
