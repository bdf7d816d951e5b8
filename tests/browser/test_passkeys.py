"""Passkeys in a real browser with an authenticator of its own, against the real server."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.axe import violations
from tests.browser.phone import Phone, take_phone
from tests.browser.town import Town, open_village
from tests.servers import PostgresForTests

SOON_MS = 60_000
ME = "/me/voltstraat"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def village(postgres: PostgresForTests, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The real server, opened by a name: numbers have no passkeys."""
    name = f"passkeys_{postgres.worker}"
    postgres.recreate(name)
    with open_village(postgres.url_of(name), tmp_path_factory.mktemp("village")) as opened:
        yield opened
        assert [] == opened.complaints()
    postgres.drop(name)


@pytest.fixture
def phone(browser: Browser, screenshots: Path) -> Iterator[Phone]:
    """A driver's phone."""
    taken = take_phone(browser, screenshots / "passkeys", locale="en-GB")
    yield taken
    taken.context.close()


def named(town: Town) -> str:
    """Return the address of the server, by a name."""
    return town.base.replace("127.0.0.1", "localhost")


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give the browser an authenticator; return what controls it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, made["authenticatorId"]


def sign_in_by_mail(page: Page, town: Town, address: str) -> None:
    """The driver types an address and the code that comes."""
    page.goto(f"{named(town)}{ME}")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    code = re.search(r"\d{6}", town.letter(address, attached=0)["subject"])
    assert code is not None
    page.get_by_role("textbox", name="Code").fill(code[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("You are signed in")).to_be_visible(timeout=SOON_MS)


def test_add_sign_in_remove(village: Town, phone: Phone) -> None:
    """A passkey is added, signs in without an address, and once removed signs in no more."""
    page = phone.page
    session, device = authenticator(page)
    sign_in_by_mail(page, village, "anna@driver.example")
    page.get_by_role("link", name="Your passkeys").click()
    phone.picture("none")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("button", name="Remove")).to_be_visible(timeout=SOON_MS)
    phone.picture("one")
    assert [] == violations(page)
    (kept,) = session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert ("localhost", True) == (kept["rpId"], kept["isResidentCredential"])

    page.goto(f"{named(village)}{ME}")
    page.get_by_role("button", name="Sign out on this device").click()
    phone.picture("sign-in")
    assert [] == violations(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("anna@driver.example")).to_be_visible(timeout=SOON_MS)

    page.goto(f"{named(village)}{ME}/passkeys")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(0, timeout=SOON_MS)
    page.goto(f"{named(village)}{ME}")
    page.get_by_role("button", name="Sign out on this device").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey was not accepted.")).to_be_visible(timeout=SOON_MS)
    expect(page.get_by_label("E-mail address")).to_be_visible()
    phone.picture("refused")


def test_a_device_that_is_not_unlocked(village: Town, phone: Phone) -> None:
    """The browser gives up, the page says so, and the button is there for another try."""
    page = phone.page
    session, device = authenticator(page)
    sign_in_by_mail(page, village, "bert@driver.example")
    page.get_by_role("link", name="Your passkeys").click()
    whether = {"authenticatorId": device, "isUserVerified": False}
    session.send("WebAuthn.setUserVerified", whether)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("That did not work.")).to_be_visible(timeout=SOON_MS)
    session.send("WebAuthn.setUserVerified", {**whether, "isUserVerified": True})
    page.get_by_role("button", name="Add a passkey").click()

    expect(page.get_by_role("button", name="Remove")).to_be_visible(timeout=SOON_MS)


@pytest.mark.parametrize("scripted", [True, False])
def test_where_there_are_none(
    village: Town, browser: Browser, screenshots: Path, *, scripted: bool
) -> None:
    """Without a script, or by a number: the code is all that is offered, and nothing is missing."""
    base = village.base if scripted else named(village)
    phone = take_phone(browser, screenshots / "passkeys", locale="en-GB", scripted=scripted)
    phone.page.goto(f"{base}{ME}")
    expect(phone.page.get_by_label("E-mail address")).to_be_visible()
    buttons = phone.page.get_by_role("button", name="Sign in with a passkey").count()
    phone.context.close()

    assert 0 == buttons
    assert [] == phone.complaints
