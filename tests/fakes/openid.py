"""A played provider, the way to it, and a browser in which somebody is signed in there."""

import html
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx

from app.gateways.openid.client import OpenIdClient
from app.kernel.clock import Clock
from app.sandbox.openid.app import OpenIdProvider, openid_app

ISSUER = "https://login.example"


@dataclass
class PlayedOpenId:
    """The provider's state, our client for it, and what a browser at it does."""

    provider: OpenIdProvider
    client: OpenIdClient
    transport: httpx.ASGITransport

    async def agrees(self, address: str) -> dict[str, str]:
        """Open *address* in a browser, say "It is me"; return the parameters that come back."""
        async with httpx.AsyncClient(transport=self.transport) as browser:
            page = await browser.get(address)
        assert 200 == page.status_code, page.text
        link = re.search(r"<a href='([^']+)'", page.text)
        assert link is not None
        query = parse_qs(urlsplit(html.unescape(link[1])).query)
        return {name: values[0] for name, values in query.items()}


def played_openid(clock: Clock) -> PlayedOpenId:
    """Return a provider that knows us, and Anna."""
    provider = OpenIdProvider(ISSUER, clock)
    transport = httpx.ASGITransport(app=openid_app(provider))  # type: ignore[arg-type]  # the same protocol
    return PlayedOpenId(provider, OpenIdClient(clock, transport), transport)
