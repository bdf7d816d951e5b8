"""The app in a real browser: installed, without a network, and showing notices."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.sandbox.push.browser import Browser as Subscriber
from tests.browser.axe import violations
from tests.browser.phone import Phone, take_phone
from tests.browser.proxy import proxy_to
from tests.browser.test_passkeys import SOON_MS, sign_in_by_mail
from tests.browser.town import Town, open_village
from tests.servers import PostgresForTests

APP = "/app/voltstraat"
# A page of each part of the app, and of the journey.
EVERYWHERE = (
    APP,
    f"{APP}/map",
    f"{APP}/scan",
    f"{APP}/locations/AMS-KADE",
    "/wallet/voltstraat",
    "/me/voltstraat",
    "/me/voltstraat/sessions",
    "/me/voltstraat/cards",
    "/c/KADE22",
    "/s/whatever",
)
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
OFFLINE_IS_KEPT = f"async () => Boolean(await caches.match('{APP}/offline'))"
KEPT = """async () => {
  const shell = await caches.open("shell-1");
  return (await shell.keys()).map((each) => new URL(each.url).pathname).sort();
}"""
WORKS = "() => navigator.serviceWorker.controller !== null"
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const shown = await registration.getNotifications();
  return shown.map((each) => [each.title, each.body, each.lang, each.data]);
}"""
# A push service that is not there cannot be subscribed to: the browser is told what it would say.
SUBSCRIBED = """
PushManager.prototype.subscribe = async () => ({ toJSON: () => (%s) });
"""


@pytest.fixture(scope="module")
def village(postgres: PostgresForTests, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The real server and a mailbox."""
    name = f"app_{postgres.worker}"
    postgres.recreate(name)
    with open_village(postgres.url_of(name), tmp_path_factory.mktemp("village")) as opened:
        yield opened
        assert [] == opened.complaints()
    postgres.drop(name)


@pytest.fixture
def phone(browser: Browser, screenshots: Path) -> Iterator[Phone]:
    """A driver's phone that allows notices."""
    taken = take_phone(browser, screenshots / "app", locale="en-GB")
    taken.context.grant_permissions(["notifications"])
    yield taken
    taken.context.close()


def waits(page: Page, asked: str) -> None:
    """Wait until a question has a true answer; `wait_for_function` takes any promise for one."""
    until = time.monotonic() + SOON_MS / 1000
    while not page.evaluate(asked):
        assert time.monotonic() < until, asked
        page.wait_for_timeout(50)


def opens(page: Page, base: str) -> None:
    """Open the app, and wait until its worker has what it keeps."""
    page.goto(f"{base}{APP}")
    waits(page, OFFLINE_IS_KEPT)
    page.wait_for_function(WORKS, timeout=SOON_MS)


def test_without_a_network_the_app_says_so(village: Town, phone: Phone) -> None:
    """Every page of it, in the operator's look, until there is a network again."""
    page = phone.page
    with proxy_to(village.base) as network:
        base = network.url
        opens(page, base)
        network.close()
        for path in EVERYWHERE:
            page.goto(f"{base}{path}")
            expect(page.get_by_role("heading", name="No connection")).to_be_visible()
            expect(page.get_by_role("link", name="Try again")).to_be_visible()
        phone.picture("offline")
        assert "No connection – Voltstraat" == page.title()
        assert [] == violations(page)


def test_nothing_of_a_driver_is_kept_on_the_phone(village: Town, phone: Phone) -> None:
    """After signing in and looking at all of it: scripts, and the page without a network."""
    page = phone.page
    base = village.base.replace("127.0.0.1", "localhost")
    sign_in_by_mail(page, village, "anna@driver.example")
    opens(page, base)
    for path in ("/me/voltstraat", "/me/voltstraat/sessions", "/wallet/voltstraat", APP):
        page.goto(f"{base}{path}")
        assert [] == violations(page)

    kept = page.evaluate(KEPT)

    assert f"{APP}/offline" in kept
    assert [] == [path for path in kept if not path.startswith(("/static/", f"{APP}/offline"))]
    inside = page.evaluate(f"async () => (await caches.match('{APP}/offline')).text()")
    assert "anna@driver.example" not in inside


def test_it_can_be_installed(village: Town, phone: Phone) -> None:
    """Chromium finds nothing to complain about in manifest, icons and worker."""
    page = phone.page
    opens(page, village.base)
    session = page.context.new_cdp_session(page)

    told = session.send("Page.getAppManifest")
    wrong = session.send("Page.getInstallabilityErrors")["installabilityErrors"]

    assert [] == told["errors"]
    assert "Voltstraat" == json.loads(told["data"])["name"]
    # A private window installs nothing; that is all that is wrong here.
    assert [] == [each["errorId"] for each in wrong if each["errorId"] != "in-incognito"]


def test_a_notice_is_shown_and_leads_on(village: Town, phone: Phone) -> None:
    """What the push service delivers is shown in its language, with the page that it opens."""
    page = phone.page
    opens(page, village.base)
    session = page.context.new_cdp_session(page)
    registrations: list[dict[str, str]] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.wait_for_function(WORKS, timeout=SOON_MS)
    while not registrations:
        page.wait_for_timeout(50)
    message = {
        "title": "Het laden is klaar",
        "body": "Kade",
        "lang": "nl",
        "tag": "1",
        "path": "/s/token",
        "icon": f"{APP}/icons/192",
    }
    session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": village.base,
            "registrationId": registrations[0]["registrationId"],
            "data": json.dumps(message),
        },
    )
    waits(page, f"async () => (await ({SHOWN})()).length > 0")

    assert [["Het laden is klaar", "Kade", "nl", "/s/token"]] == page.evaluate(SHOWN)


def test_notices_are_switched_on_for_a_browser(village: Town, phone: Phone) -> None:
    """The page's script subscribes and tells us; then the browser is in the list."""
    page = phone.page
    base = village.base.replace("127.0.0.1", "localhost")
    page.add_init_script(SUBSCRIBED % json.dumps(Subscriber().subscription(ENDPOINT)))
    sign_in_by_mail(page, village, "bert@driver.example")
    page.goto(f"{base}/me/voltstraat/notices")
    page.get_by_role("button", name="Show notices on this device").click()
    expect(page.get_by_text("This device shows notices now.")).to_be_visible(timeout=SOON_MS)
    phone.picture("switched-on")
    page.reload()

    expect(page.get_by_text("this device", exact=False)).to_be_visible()
    assert [] == violations(page)
    phone.picture("notices")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No device shows notices.")).to_be_visible()
