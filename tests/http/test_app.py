"""The app over HTTP: where it begins, what runs, and what a browser needs to install it."""

import re
import struct

import pytest

from app.web.drawing.app.icons import KINDS
from tests.http.site import Site
from tests.http.test_sign_in import sign_in
from tests.scenarios.wallets import known_driver

APP = "/app/voltstraat"
MANIFEST = f"{APP}/manifest.webmanifest"


async def test_a_stranger_may_use_it(site: Site):
    """Nobody has to sign in; the way to do so leads back."""
    page = await site.get(APP)

    assert 200 == page.status_code
    assert f"/me/voltstraat?next={APP}" in page.text
    assert 'class="running"' not in page.text


async def test_leads_to_the_camera(site: Site):
    """Where a code is scanned or typed."""
    page = await site.get(APP)

    assert 'href="/app/voltstraat/scan"' in page.text


async def test_a_running_session_is_on_every_page(site: Site):
    """The browser that paid sees it wherever it is, without signing in, as does its account."""
    path = await site.pays_and_plugs_in()

    for page in (APP, "/me/voltstraat", f"{APP}/running"):
        assert f'<a href="{path}">' in (await site.get(page)).text
    assert path not in (await site.stranger().get(APP)).text


async def test_a_drivers_session_is_on_every_device(site: Site):
    """Who signs in elsewhere sees what runs, and the latest sessions."""
    await known_driver(site.world)
    await sign_in(site)
    path = await site.pays_and_plugs_in()
    site.browser.cookies.delete("directpay")

    page = await site.get(APP)

    assert f'<a href="{path}">' in page.text
    assert "Under way" in page.text


async def test_the_bar_goes_when_the_session_ends(site: Site):
    """What is asked for every 15 seconds asks no more."""
    await site.pays_and_plugs_in()
    before = (await site.get(f"{APP}/running")).text
    await site.world.stops()
    after = (await site.get(f"{APP}/running")).text

    assert 'hx-trigger="every 15s"' in before
    assert '<div id="running">\n</div>' == after.strip()


async def test_the_offline_page_is_nobodys(site: Site):
    """It is kept on the device: no address, no session, whoever fetched it."""
    await known_driver(site.world)
    await sign_in(site)
    path = await site.pays_and_plugs_in()

    page = (await site.get(f"{APP}/offline")).text

    assert "Your phone has no network." in page
    assert path not in page
    assert "@" not in page.split("<main")[1].split("<footer")[0]


async def test_the_manifest_is_the_operators(site: Site):
    """Name, colours, the start of its app, and icons that are there in the size that it says."""
    answer = await site.get(MANIFEST)

    told = answer.json()
    assert "application/manifest+json" == answer.headers["content-type"]
    assert ("Voltstraat", APP, "/") == (told["name"], told["start_url"], told["scope"])
    assert ["any", "any", "maskable"] == [icon["purpose"] for icon in told["icons"]]
    for icon in told["icons"]:
        drawn = await site.get(icon["src"])
        assert icon["sizes"] == "{}x{}".format(*struct.unpack(">II", drawn.content[16:24]))


async def test_the_manifest_speaks_the_drivers_language(site: Site):
    """Its shortcuts are in the language of the pages."""
    told = (await site.get(MANIFEST, accept_language="de")).json()

    assert "de" == told["lang"]


async def test_an_icon_is_asked_for_once(site: Site):
    """It keeps its address and has a tag; nobody draws one of another size."""
    first = await site.get(f"{APP}/icons/180")
    again = await site.get(f"{APP}/icons/180", if_none_match=first.headers["etag"])
    other = await site.get(f"{APP}/icons/64")

    assert [200, 304, 404] == [answer.status_code for answer in (first, again, other)]


@pytest.mark.parametrize("path", [APP, MANIFEST, f"{APP}/offline", f"{APP}/icons/192"])
async def test_an_unknown_operator_has_no_app(site: Site, path: str):
    """There is nothing here."""
    assert 404 == (await site.get(path.replace("voltstraat", "nobody"))).status_code


async def test_pages_may_be_installed(site: Site):
    """The policy lets the manifest be read, from us alone, and the page names it."""
    page = await site.get(APP)

    assert "manifest-src 'self'" in page.headers["content-security-policy"]
    assert f'<link rel="manifest" href="{MANIFEST}">' in page.text
    for address in re.findall(r'data-src="([^"]+)"', page.text):
        assert 200 == (await site.get(address)).status_code


async def test_the_service_worker_is_always_asked_for(site: Site):
    """It serves all of the address, is never kept, and may fetch from nowhere else."""
    answer = await site.get("/worker.js")

    assert "no-cache" == answer.headers["cache-control"]
    assert "default-src 'none'; connect-src 'self'" == answer.headers["content-security-policy"]


def test_icons_differ_by_what_they_are_for():
    """Two are as the brand draws them, two fill their square for a platform that cuts it."""
    assert [False, True] == sorted({kind.bleeds for kind in KINDS.values()})
