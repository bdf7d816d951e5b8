"""Signing in with an account elsewhere: on the pages and in apps, and what must not work."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest

from app.people.identity.openid.errors import OpenIdInvalid
from app.people.identity.openid.model import Connection
from app.people.identity.openid.set_up import (
    get_connection,
    remove_connection,
    set_connection,
)
from app.sandbox.openid.app import Account
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.openid import ISSUER, PlayedOpenId, played_openid
from tests.http.program import Program, open_program
from tests.http.site import Site, open_site
from tests.http.test_sign_in import ME, sign_in
from tests.scenarios.world import OPERATOR, open_world, world_reactors

APP = "com.example.app:/signed-in"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
CONNECTION = Connection(
    OPERATOR, ISSUER, "directpay", "Sign in with Voltstraat", (APP, "http://127.0.0.1/back")
)


@dataclass
class Elsewhere:
    """A browser at our pages and an app at our API, with a provider that knows Anna."""

    site: Site
    program: Program
    played: PlayedOpenId

    async def goes(self, query: str = "") -> httpx.Response:
        """The browser is sent to the provider."""
        return await self.site.get(f"{ME}/openid{query}")

    async def comes(self, query: str = "", **changed: str) -> httpx.Response:
        """The browser goes there, the person agrees, and the browser comes back."""
        gone = await self.goes(query)
        assert 303 == gone.status_code, gone.text
        returned = await self.played.agrees(gone.headers["location"])
        return await self.back(**{**returned, **changed})

    async def back(self, **returned: str) -> httpx.Response:
        """The browser comes back with these parameters."""
        return await self.site.browser.get(f"{ME}/openid/back", params=returned)

    async def is_signed_in(self) -> str:
        """Return who is signed in in the browser, "" for nobody."""
        page = (await self.site.get(ME)).text
        return "anna@example.com" if "You are signed in" in page else ""

    async def claims(self, **changed: str) -> httpx.Response:
        """The app exchanges the code that it was handed."""
        body = {"operator": "voltstraat", "code_verifier": VERIFIER, "device": "Pixel 9"}
        return await self.program.post("/sign-in/openid", {**body, **changed})


@pytest.fixture
async def elsewhere(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Elsewhere]:
    """An operator whose drivers have accounts elsewhere."""
    world = await open_world(make_database(world_reactors()), sql, clock)
    played = played_openid(clock)
    world.desk = replace(world.desk, providers=played.client)
    async with world.database.work(OPERATOR) as work:
        sealer = world.desk.openid.sealer
        await set_connection(work, CONNECTION, "played-secret", sealer=sealer)
    async with open_site(world) as site, open_program(world) as program:
        yield Elsewhere(site, program, played)


def of_app(challenge: str = CHALLENGE, redirect: str = APP, method: str = "S256") -> str:
    """Return the query with which an app opens the browser."""
    return (
        f"?redirect_uri={redirect}&code_challenge={challenge}"
        f"&code_challenge_method={method}&state=of-the-app"
    )


def told(answer: httpx.Response) -> dict[str, str]:
    """Return what an app is opened with."""
    assert 303 == answer.status_code, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


async def test_the_way_there_and_back(elsewhere: Elsewhere):
    """A button with the operator's words; back where it began, signed in."""
    start = await elsewhere.site.get(f"{ME}?next=/wallet/voltstraat")
    assert "Sign in with Voltstraat" in start.text
    assert f"{ME}/openid?next=/wallet/voltstraat" in start.text
    entered = await elsewhere.comes("?next=/wallet/voltstraat")

    assert (303, "/wallet/voltstraat") == (entered.status_code, entered.headers["location"])
    assert "anna@example.com" == await elsewhere.is_signed_in()


async def test_an_address_that_is_known_is_the_same_driver(elsewhere: Elsewhere):
    """By the checked address first, by the issuer's own name from then on."""
    await sign_in(elsewhere.site)
    one = (await elsewhere.site.get(f"{ME}/sessions")).status_code
    await elsewhere.site.post(f"{ME}/sign-out")
    await elsewhere.comes()
    elsewhere.played.provider.account = Account("anna-1", "anna@new.example", email_verified=False)
    await elsewhere.site.post(f"{ME}/sign-out")
    await elsewhere.comes()

    assert 200 == one
    assert "anna@example.com" in (await elsewhere.site.get(ME)).text


async def test_an_address_that_nobody_checked_is_nobodys(elsewhere: Elsewhere):
    """Whoever writes a stranger's address at the provider does not become the stranger."""
    elsewhere.played.provider.account = Account("mallory", "anna@example.com", email_verified=False)
    answer = await elsewhere.comes()

    assert 422 == answer.status_code
    assert "has no confirmed e-mail address" in answer.text
    assert 'name="email"' in answer.text
    assert "" == await elsewhere.is_signed_in()


@pytest.mark.parametrize(
    "changed", [{"state": "another"}, {"state": ""}, {"iss": "https://evil.example"}, {"code": ""}]
)
async def test_a_way_back_that_is_not_the_way_there(elsewhere: Elsewhere, changed: dict[str, str]):
    """Another state, another issuer, no code: refused, and the way is used up."""
    gone = await elsewhere.goes()
    returned = await elsewhere.played.agrees(gone.headers["location"])
    wrong = await elsewhere.back(**{**returned, **changed})
    again = await elsewhere.back(**returned)

    assert (422, 422) == (wrong.status_code, again.status_code)
    assert "" == await elsewhere.is_signed_in()


async def test_another_browser_cannot_come_back(elsewhere: Elsewhere):
    """Nobody is signed in to somebody else's account by a link that they open."""
    gone = await elsewhere.goes()
    returned = await elsewhere.played.agrees(gone.headers["location"])
    async with elsewhere.site.stranger() as stranger:
        answer = await stranger.get(f"{ME}/openid/back", params=returned)

    assert 422 == answer.status_code
    assert "__Host-account-voltstraat" not in stranger.cookies


async def test_the_way_is_gone_once_and_soon(elsewhere: Elsewhere, clock: FakeClock):
    """The same address again is refused, and so is one after ten minutes."""
    gone = await elsewhere.goes()
    returned = await elsewhere.played.agrees(gone.headers["location"])
    cookie = elsewhere.site.browser.cookies.get("__Host-openid-voltstraat")
    assert 303 == (await elsewhere.back(**returned)).status_code
    elsewhere.site.browser.cookies.set("__Host-openid-voltstraat", cookie or "")
    assert 422 == (await elsewhere.back(**returned)).status_code

    gone = await elsewhere.goes()
    returned = await elsewhere.played.agrees(gone.headers["location"])
    clock.advance(minutes=10)
    assert 422 == (await elsewhere.back(**returned)).status_code


async def test_the_cookie_is_guarded(elsewhere: Elsewhere):
    """No script reads it, and it goes to no other page; the state does not tell it."""
    gone = await elsewhere.goes()
    cookie = gone.headers["set-cookie"]
    secret = cookie.split("=")[1].split(";")[0]

    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/;", "Max-Age=600"):
        assert part in cookie
    assert secret not in gone.headers["location"]


async def test_a_provider_that_refuses(elsewhere: Elsewhere):
    """The driver is told, and can go on with a code."""
    elsewhere.played.provider.refuses = True
    answer = await elsewhere.comes()

    assert 422 == answer.status_code
    assert "That did not work." in answer.text


async def test_a_provider_that_is_away(elsewhere: Elsewhere, clock: FakeClock):
    """It is said, and the code by mail is there."""
    elsewhere.played.provider.issuer = "https://other.example"
    answer = await elsewhere.goes()

    assert 503 == answer.status_code
    assert 'name="email"' in answer.text


async def test_without_a_provider_there_is_no_button(elsewhere: Elsewhere):
    """Removed, it is offered no more."""
    async with elsewhere.site.world.database.work(OPERATOR) as work:
        await remove_connection(work)

    assert "Sign in with Voltstraat" not in (await elsewhere.site.get(ME)).text
    assert 404 == (await elsewhere.goes()).status_code
    offer = await elsewhere.program.get("/sign-in/openid?operator=voltstraat")
    assert (404, "openid_not_offered") == (offer.status_code, offer.json()["code"])


async def test_an_app_signs_in(elsewhere: Elsewhere):
    """By the system's browser, a code that is of use to nobody else, and tokens for it."""
    offer = (await elsewhere.program.get("/sign-in/openid?operator=voltstraat")).json()
    assert "https://pay.example/me/voltstraat/openid" == offer["address"]
    opened = await elsewhere.comes(of_app())
    code = told(opened)
    answer = await elsewhere.claims(code=code["code"])
    shown = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    me = (await elsewhere.program.get("/me", **shown)).json()

    assert opened.headers["location"].startswith(f"{APP}?")
    assert "of-the-app" == code["state"]
    assert "anna@example.com" == me["email"]
    assert "" == await elsewhere.is_signed_in()


@pytest.mark.parametrize(
    "wrong", [{"code_verifier": "w" * 43}, {"code": "invented"}, {"operator": "nobody"}]
)
async def test_a_code_is_the_apps_alone(elsewhere: Elsewhere, wrong: dict[str, str]):
    """Another verifier gets nothing, and uses the code up."""
    code = told(await elsewhere.comes(of_app()))["code"]
    answer = await elsewhere.claims(**{"code": code, **wrong})
    again = await elsewhere.claims(code=code)

    assert answer.status_code in {404, 422}
    assert ("code_verifier" in wrong) == (422 == again.status_code)


async def test_a_code_is_good_once_for_a_minute(elsewhere: Elsewhere, clock: FakeClock):
    """Twice is refused, and so is late."""
    code = told(await elsewhere.comes(of_app()))["code"]
    assert 200 == (await elsewhere.claims(code=code)).status_code
    assert "openid_refused" == (await elsewhere.claims(code=code)).json()["code"]

    late = told(await elsewhere.comes(of_app()))["code"]
    clock.advance(minutes=1)
    assert 422 == (await elsewhere.claims(code=late)).status_code


@pytest.mark.parametrize(
    "query",
    [
        of_app(redirect="com.evil.app:/signed-in"),
        of_app(redirect="https://evil.example/"),
        of_app(redirect="http://127.0.0.1:5000/elsewhere"),
        of_app(challenge="short"),
        of_app(method="plain"),
        of_app(challenge=""),
    ],
)
async def test_no_other_app_is_led_to(elsewhere: Elsewhere, query: str):
    """Only to addresses that the operator named, and only with a proof that nobody can read."""
    assert 422 == (await elsewhere.goes(query)).status_code


async def test_an_app_on_a_desk_listens_at_any_port(elsewhere: Elsewhere):
    """RFC 8252, 7.3: which port is free is known at the last moment."""
    opened = await elsewhere.comes(of_app(redirect="http://127.0.0.1:50123/back"))

    assert opened.headers["location"].startswith("http://127.0.0.1:50123/back?code=")


async def test_an_app_is_told_what_went_wrong(elsewhere: Elsewhere):
    """In the words of OAuth, so that it can close the browser."""
    elsewhere.played.provider.refuses = True

    assert {"error": "access_denied", "state": "of-the-app"} == told(
        await elsewhere.comes(of_app())
    )


async def test_who_leaves_has_no_account_elsewhere(elsewhere: Elsewhere):
    """Forgotten, the link is gone; coming again is a new driver."""
    await elsewhere.comes()
    await elsewhere.site.post(f"{ME}/forget", {"sure": "yes"})
    found = elsewhere.site.world
    rows = await rows_of(found)
    await elsewhere.comes()

    assert 0 == rows
    assert 1 == await rows_of(found)


async def rows_of(world) -> int:
    """Return how many links there are."""
    async with world.database.look() as look:
        found = await look.driver.fetchval("SELECT count(*) FROM driver_openid_link")
    return int(found)


async def test_the_secret_is_sealed_and_kept(elsewhere: Elsewhere):
    """Changing the words keeps it; another client does not get it."""
    database, sealer = elsewhere.site.world.database, elsewhere.site.world.desk.openid.sealer
    async with database.work(OPERATOR) as work:
        before = (await get_connection(work)).sealed_secret
        await set_connection(work, replace(CONNECTION, label="In"), None, sealer=sealer)
        after = (await get_connection(work)).sealed_secret
        await set_connection(work, replace(CONNECTION, client_id="other"), None, sealer=sealer)
        other = (await get_connection(work)).sealed_secret

    assert before is not None
    assert "played-secret" not in before
    assert before == after
    assert other is None


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("issuer", {"issuer": "login.example"}),
        ("issuer", {"issuer": "ftp://login.example"}),
        ("issuer", {"issuer": "https://login.example/?x=1"}),
        ("client_id", {"client_id": ""}),
        ("label", {"label": ""}),
        ("label", {"label": "x" * 41}),
        ("app_redirect", {"app_redirects": ("javascript:alert(1)",)}),
        ("app_redirect", {"app_redirects": ("http://app.example/",)}),
        ("app_redirect", {"app_redirects": ("app:/x",)}),
        ("app_redirect", {"app_redirects": ("https://app.example/#x",)}),
        ("app_redirect", {"app_redirects": ("https:///x",)}),
    ],
)
async def test_what_is_no_provider(elsewhere: Elsewhere, field: str, wrong: dict):
    """The command says which part is wrong; what is there stays."""
    world = elsewhere.site.world
    with pytest.raises(OpenIdInvalid) as told_so:
        async with world.database.work(OPERATOR) as work:
            new = replace(CONNECTION, **wrong)
            await set_connection(work, new, None, sealer=world.desk.openid.sealer)

    assert field == told_so.value.facts["field"]
    async with world.database.work(OPERATOR) as work:
        assert CONNECTION.label == (await get_connection(work)).label


async def test_a_drivers_accounts_are_told(elsewhere: Elsewhere):
    """What is kept of an account elsewhere is in the driver's data."""
    code = told(await elsewhere.comes(of_app()))["code"]
    tokens = (await elsewhere.claims(code=code)).json()
    shown = {"Authorization": f"Bearer {tokens['access_token']}"}
    data = (await elsewhere.program.get("/me/data", **shown)).json()

    assert [(ISSUER, "anna-1")] == [(one["issuer"], one["subject"]) for one in data["accounts"]]
