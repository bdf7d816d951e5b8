"""What reverse proxies say of a request, believed only when one of ours said it."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any, Final

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

Scope = MutableMapping[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
# Set in a scope whose peer is one of our proxies: then its headers are the proxy's own words.
PROXIED: Final = "directpay.proxied"


class BehindProxies:
    """An application behind the proxies at these addresses and networks."""

    def __init__(self, application: Any, trusted: Sequence[str]) -> None:  # noqa: ANN401 - ASGI
        """Let *application* see whom the *trusted* proxies speak for."""
        self._networks = tuple(ip_network(each) for each in trusted)
        self._application: Any = ProxyHeadersMiddleware(application, list(trusted))

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401
        """Mark the scope before its peer is replaced by the client that the proxy names."""
        if scope["type"] != "lifespan":
            scope[PROXIED] = self._is_proxy(scope.get("client"))
        await self._application(scope, receive, send)

    def _is_proxy(self, client: tuple[str, int] | None) -> bool:
        if client is None:
            return False
        try:
            address = ip_address(client[0])
        except ValueError:
            return False
        return any(address in network for network in self._networks)
