"""The driver's pages over the small world of the stories, reached over HTTP."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import httpx
from litestar import Litestar

from app.api.drivers.data import data_file
from app.settings import Tiles
from app.web.config import WebConfig
from app.web.router import driver_pages
from tests.scenarios.world import CODE, World

BASE = "https://pay.example"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
CHECKOUT = "https://provider.test"


@dataclass
class Site:
    """A browser at our pages, and the world behind them."""

    world: World
    app: Litestar
    browser: httpx.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.browser.get(path, headers=named)

    async def post(
        self, path: str, form: Mapping[str, str] | None = None, **headers: str
    ) -> httpx.Response:
        """Send a form, as our own page does."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = named or SAME_ORIGIN
        return await self.browser.post(path, data=dict(form or {}), headers=sent)

    async def pays(self, method: str = "creditcard") -> str:
        """Pay on the scan page; return the path of the session's page."""
        page = await self.get(f"/c/{CODE}")
        await self.post(f"/c/{CODE}/pay", {**fields(page.text), "method": method})
        token, _, _ = self.browser.cookies["directpay"].partition(".")
        return f"/s/{token}"

    async def pays_and_plugs_in(self) -> str:
        """The whole way to a running transaction; return the path of the session's page."""
        path = await self.pays()
        self.world.provider.approve(self.world.payment_ref)
        await self.get(f"{path}/back")
        await self.world.worker.run_due()
        await self.world.starts()
        return path

    def stranger(self) -> httpx.AsyncClient:
        """Return another browser, which has no cookie."""
        return _browser(self.app)


def fields(html: str) -> dict[str, str]:
    """Return the hidden fields of a page's form."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))


@asynccontextmanager
async def open_site(
    world: World, kept: timedelta = timedelta(0), tiles: Tiles | None = None
) -> AsyncIterator[Site]:
    """Serve the pages of *world* to a browser; scan pages are *kept* for so long."""
    config = WebConfig(
        base_url=BASE,
        checkout_origins=(CHECKOUT,),
        scan_lifetime=kept,
        standing_lifetime=kept,
        tiles=tiles,
    )
    pages = driver_pages(
        config,
        desk=world.desk,
        live=world.database._live,
        data_file=partial(data_file, desk=world.desk),
    )
    app = Litestar([pages], openapi_config=None)
    async with _browser(app) as browser:
        yield Site(world, app, browser)


def _browser(app: Litestar) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # the same protocol
    return httpx.AsyncClient(transport=transport, base_url=BASE)
