"""The tab was closed and is opened again: by the same browser, by the mail, by a friend."""

import re

import httpx
import pytest

from tests.http.site import SAME_ORIGIN, Site
from tests.scenarios.world import CODE

STOP = "Yes, stop charging"


def again(site: Site) -> httpx.AsyncClient:
    """The browser is started anew: it has forgotten everything but the cookie that it may keep."""
    browser = site.stranger()
    browser.cookies.set("directpay", site.browser.cookies["directpay"])
    return browser


async def link_in_mail(site: Site, path: str) -> str:
    """The payer leaves an address; return the path of the link in the last mail."""
    await site.post(f"{path}/receipt", {"email": "anna@example.com"})
    await site.world.worker.run_due()
    (link,) = re.findall(r"https://pay\.example(/s/\S+)", site.world.mailer.mails[-1].text)
    return str(link)


async def test_the_cookie_outlives_the_browser(site: Site):
    """It has an age of days, so that it is still there when the browser was closed."""
    page = await site.get(f"/c/{CODE}")
    (age,) = re.findall(r"Max-Age=(\d+)", page.headers["set-cookie"])

    assert int(age) >= 2 * 24 * 3600


async def test_closed_at_the_provider(site: Site):
    """Scanning again leads to the session that waits for the payment, and on to the provider."""
    path = await site.pays()
    async with again(site) as browser:
        scanned = await browser.get(f"/c/{CODE}")
        page = await browser.get(path)

    assert (303, path) == (scanned.status_code, scanned.headers["location"])
    assert "https://provider.test/pay/" in page.text


async def test_paid_and_never_came_back(site: Site):
    """Who pays and closes the provider's page finds the session under way when scanning again."""
    path = await site.pays()
    site.world.provider.approve(site.world.payment_ref)
    await site.world.webhook()
    async with again(site) as browser:
        scanned = await browser.get(f"/c/{CODE}")
        page = await browser.get(path)

    assert path == scanned.headers["location"]
    assert "Plug in now" in page.text


async def test_closed_while_charging(site: Site):
    """Half an hour later everything is there, up to date, and the payer may stop."""
    path = await site.pays_and_plugs_in()
    await site.world.charges(minutes=30, kwh="12.340")
    async with again(site) as browser:
        scanned = await browser.get(f"/c/{CODE}")
        page = await browser.get(path)
        answer = await browser.post(f"{path}/stop", headers=SAME_ORIGIN)
    await site.world.worker.run_due()

    assert path == scanned.headers["location"]
    assert "<dd>€6.17</dd>" in page.text
    assert STOP in page.text
    assert 303 == answer.status_code
    assert len(site.world.chargers.stops) == 1


async def test_closed_until_it_was_over(site: Site):
    """The code is for the next session then, and the receipt is where the session was."""
    path = await site.pays_and_plugs_in()
    await site.world.charges(minutes=30, kwh="12.340")
    await site.world.stops()
    async with again(site) as browser:
        scanned = await browser.get(f"/c/{CODE}")
        page = await browser.get(path)
        pdf = await browser.get(f"{path}/receipt.pdf")

    assert 200 == scanned.status_code
    assert "€6.17" in page.text
    assert pdf.content.startswith(b"%PDF")


async def test_the_mail_brings_another_device_in(site: Site):
    """Phone empty: the link of the mail, opened on a laptop, follows and stops."""
    path = await site.pays_and_plugs_in()
    link = await link_in_mail(site, path)
    async with site.stranger() as laptop:
        entry = await laptop.get(link)
        page = await laptop.get(entry.headers["location"])
        answer = await laptop.post(f"{path}/stop", headers=SAME_ORIGIN)
    await site.world.worker.run_due()

    assert (303, path) == (entry.status_code, entry.headers["location"])
    assert STOP in page.text
    assert 303 == answer.status_code
    assert len(site.world.chargers.stops) == 1


async def test_looking_at_the_mail_stops_nothing(site: Site):
    """Mail servers open links before people do: opening changes nothing."""
    path = await site.pays_and_plugs_in()
    link = await link_in_mail(site, path)
    async with site.stranger() as scanner:
        for method in ("HEAD", "GET", "GET"):
            await scanner.request(method, link)
    await site.world.worker.run_due()

    assert [] == site.world.chargers.stops
    assert STOP in (await site.get(path)).text


async def test_the_receipts_mail_leads_to_looking_only(site: Site):
    """A receipt is passed on to bookkeepers: its link shows the session and gives no rights."""
    path = await site.pays_and_plugs_in()
    await site.world.charges(minutes=30, kwh="12.340")
    await site.world.stops()
    link = await link_in_mail(site, path)
    async with site.stranger() as bookkeeper:
        page = await bookkeeper.get(link)
        pdf = await bookkeeper.get(f"{path}/receipt.pdf")

    assert path == link
    assert 200 == page.status_code
    assert "set-cookie" not in page.headers
    assert 403 == pdf.status_code


@pytest.mark.parametrize("stage", ["paying", "waiting", "charging"])
async def test_a_shared_link_only_looks(site: Site, stage: str):
    """In every stage a friend sees what happens, and finds nothing to press."""
    path = await (site.pays_and_plugs_in() if stage == "charging" else site.pays())
    if stage == "waiting":
        site.world.provider.approve(site.world.payment_ref)
        await site.world.webhook()
    async with site.stranger() as friend:
        page = await friend.get(path)
        stop = await friend.post(f"{path}/stop", headers=SAME_ORIGIN)
        after = await friend.get(f"/c/{CODE}")

    assert 200 == page.status_code
    assert "<form" not in page.text
    assert "https://provider.test/pay/" not in page.text
    assert 403 == stop.status_code
    # Looking makes no payer: the code leads the friend to the socket, not to the session.
    assert 200 == after.status_code
