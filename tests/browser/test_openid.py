"""Signing in with an account elsewhere in a real browser: another site, and back."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from litestar import Litestar, Response, get
from playwright.sync_api import Browser, expect

from app.kernel.clock import SystemClock
from app.sandbox.openid.app import OpenIdProvider, openid_app
from tests.browser.axe import violations
from tests.browser.phone import take_phone
from tests.browser.serving import serving
from tests.browser.town import Town, open_village
from tests.servers import PostgresForTests

SOON_MS = 60_000
ME = "/me/voltstraat"


@dataclass(frozen=True)
class Elsewhere:
    """The real server, and the provider that it was told of."""

    town: Town
    provider: OpenIdProvider


@pytest.fixture(scope="module")
def elsewhere(
    postgres: PostgresForTests, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Elsewhere]:
    """An operator whose drivers have accounts elsewhere, set up by the command."""
    name = f"openid_{postgres.worker}"
    postgres.recreate(name)
    provider = OpenIdProvider("", SystemClock(), secret=None)
    with serving(openid_app(provider)) as issuer:
        provider.issuer = issuer
        command = (
            "openid", "set", "--operator", "voltstraat", "--issuer", issuer,
            "--client-id", "directpay", "--label", "Sign in with Voltstraat",
        )  # fmt: skip
        place = tmp_path_factory.mktemp("elsewhere")
        with open_village(postgres.url_of(name), place, command) as town:
            yield Elsewhere(town, provider)
            assert [] == town.complaints()
    postgres.drop(name)


@pytest.mark.parametrize("scripted", [True, False])
def test_there_and_back(
    elsewhere: Elsewhere, browser: Browser, screenshots: Path, *, scripted: bool
) -> None:
    """The cookie goes along when another site leads back; no script is needed for any of it."""
    phone = take_phone(browser, screenshots / "openid", locale="en-GB", scripted=scripted)
    page = phone.page
    page.goto(f"{elsewhere.town.base}{ME}?next=/me/voltstraat/sessions")
    phone.picture("button")
    assert not scripted or [] == violations(page)
    page.get_by_role("link", name="Sign in with Voltstraat").click()
    expect(page).to_have_title("Sign in")
    page.get_by_role("link", name="It is me").click()
    expect(page).to_have_url(f"{elsewhere.town.base}{ME}/sessions", timeout=SOON_MS)
    page.goto(f"{elsewhere.town.base}{ME}")
    expect(page.get_by_text("anna@example.com")).to_be_visible(timeout=SOON_MS)
    phone.context.close()

    assert [] == phone.complaints


def test_a_link_of_somebody_else_signs_nobody_in(elsewhere: Elsewhere, browser: Browser) -> None:
    """Whoever opens another one's way back is told that it did not work, and is nobody."""
    mallory = browser.new_context()
    page = mallory.new_page()
    page.goto(f"{elsewhere.town.base}{ME}")
    page.get_by_role("link", name="Sign in with Voltstraat").click()
    back = page.get_by_role("link", name="It is me").get_attribute("href")
    mallory.close()

    @get("/")
    async def lure() -> Response[str]:
        return Response(f"<a href='{back}'>Win a prize</a>", media_type="text/html")

    victim = browser.new_context()
    page = victim.new_page()
    with serving(Litestar([lure], openapi_config=None)) as url:
        page.goto(url)
        page.get_by_role("link").click()
        expect(page.get_by_text("That did not work.")).to_be_visible(timeout=SOON_MS)
        cookies = [one["name"] for one in victim.cookies()]
    victim.close()

    assert "account-voltstraat" not in cookies
