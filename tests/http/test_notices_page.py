"""Notices on the pages: what is chosen, which devices show them, and a session that is followed."""

from uuid import UUID

import pytest

from app.people.notifications.devices import devices_of
from app.people.notifications.model import NoticeKind
from app.sandbox.push.browser import Browser
from tests.http.site import Site
from tests.http.test_sign_in import sign_in
from tests.scenarios.wallets import Driver, known_driver
from tests.scenarios.world import OPERATOR

NOTICES = "/me/voltstraat/notices"
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


def subscription(site: Site, endpoint: str = ENDPOINT) -> dict[str, str]:
    """Return what the page's script sends after a browser subscribed."""
    told = Browser().subscription(endpoint)["keys"]
    assert isinstance(told, dict)
    return {"endpoint": endpoint, **told, "key": site.world.desk.push_keys.public}


@pytest.fixture
async def anna(site: Site) -> Driver:
    """A driver who is signed in."""
    found = await known_driver(site.world)
    await sign_in(site)
    return found


async def devices(site: Site, subscriber_id: UUID) -> list[str]:
    """Return the names of the devices that show notices."""
    async with site.world.database.work(OPERATOR) as work:
        return [each.name for each in await devices_of(work, subscriber_id)]


async def test_a_stranger_is_asked_to_sign_in(site: Site):
    """The page leads to signing in, and back."""
    answer = await site.get(NOTICES)

    assert f"/me/voltstraat?next={NOTICES}" == answer.headers["location"]


async def test_what_is_ticked_is_told(site: Site, anna: Driver):
    """All but the receipt is ticked until the driver chooses; what is not sent is not wanted."""
    first = (await site.get(NOTICES)).text
    await site.post(NOTICES, {"receipt": "yes", "free": "yes"})
    then = (await site.get(NOTICES)).text

    def ticked(page: str) -> list[str]:
        return [kind for kind in NoticeKind if f'name="{kind}" value="yes" checked' in page]

    assert ["finished", "hold", "fee", "free"] == ticked(first)
    assert ["receipt", "free"] == ticked(then)


async def test_a_browser_shows_notices_as_long_as_it_is_signed_in(site: Site, anna: Driver):
    """It is in the list, is told, and after signing out is told nothing any more."""
    added = await site.post(f"{NOTICES}/devices", subscription(site))
    page = (await site.get(NOTICES)).text
    await site.post("/me/voltstraat/sign-out")
    await sign_in(site)
    later = (await site.get(NOTICES)).text

    assert 204 == added.status_code
    assert "this device" in page
    assert "data-push" not in page
    assert "No device shows notices." in later


async def test_a_device_is_taken_away(site: Site, anna: Driver):
    """By the form beside it; pressing twice is as once."""
    await site.post(f"{NOTICES}/devices", subscription(site))
    async with site.world.database.work(OPERATOR) as work:
        (device,) = await devices_of(work, anna.driver_id)

    for _ in range(2):
        gone = await site.post(f"{NOTICES}/devices/{device.device_id}/remove")

        assert NOTICES == gone.headers["location"]
    assert [] == await devices(site, anna.driver_id)


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "https://evil.example/"},
        {"endpoint": "http://127.0.0.1:5432/"},
        {"p256dh": "%%%"},
        {"auth": ""},
        {"key": "another"},
    ],
)
async def test_what_is_no_subscription_is_refused(site: Site, anna: Driver, change):
    """Nothing is kept, and nothing will be asked of that address."""
    answer = await site.post(f"{NOTICES}/devices", {**subscription(site), **change})

    assert 422 == answer.status_code
    assert [] == await devices(site, anna.driver_id)


async def test_another_site_sends_no_form(site: Site, anna: Driver):
    """Neither choices nor devices (request forgery)."""
    for path in (NOTICES, f"{NOTICES}/devices"):
        answer = await site.post(path, subscription(site), sec_fetch_site="cross-site")

        assert 403 == answer.status_code
    assert [] == await devices(site, anna.driver_id)


async def test_a_session_is_followed_without_an_account(site: Site):
    """By the browser that paid, while there is something to follow; nobody else may."""
    path = await site.pays_and_plugs_in()
    page = (await site.get(path)).text
    followed = await site.post(f"{path}/notices", subscription(site))
    other = await site.stranger().post(
        f"{path}/notices", data=subscription(site), headers={"Sec-Fetch-Site": "same-origin"}
    )
    await site.world.charges(minutes=30, kwh="12.340")
    await site.world.stops()
    await site.world.worker.run_due()
    late = await site.post(f"{path}/notices", subscription(site, f"{ENDPOINT}/late"))

    assert f'data-push="{path}/notices"' in page
    assert [204, 403, 422] == [answer.status_code for answer in (followed, other, late)]
    assert "Charging is finished" in site.world.push.titles


async def test_who_only_watches_is_offered_nothing(site: Site):
    """A shared link is for looking."""
    path = await site.pays_and_plugs_in()

    assert "data-push" not in (await site.stranger().get(path)).text
