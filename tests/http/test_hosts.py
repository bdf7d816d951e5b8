"""Whose pages are at a host, over HTTP."""

import json
from dataclasses import replace

import httpx
import pytest

from app.people.identity.brand.model import AndroidApp, Apps, Details, IosApp
from app.people.identity.hosts.change import vouch_for_host
from app.people.identity.read import get_operator
from app.people.identity.save import save_operator
from tests.fakes.points import OTHER_OPERATOR
from tests.http.site import Site
from tests.scenarios.world import CODE, OPERATOR, World

OURS, THEIRS = "charge.volt.example", "charge.ander.example"
FINGERPRINT = ":".join(["AB"] * 32)
APPS = Apps(IosApp("ABCDE12345.nl.volt", "12345678"), AndroidApp("nl.volt.app", (FINGERPRINT,)))


async def two_hosts(world: World) -> None:
    """Let there be a second operator, and each have a host of its own."""
    async with world.database.work(OTHER_OPERATOR.operator_id) as work:
        await save_operator(work, OTHER_OPERATOR)
    for name, whose in ((OURS, OPERATOR), (THEIRS, OTHER_OPERATOR.operator_id)):
        await vouch_for_host(
            name, operator_id=whose, hosts=world.desk.hosts, database=world.database
        )


@pytest.fixture
async def hosted(site: Site) -> Site:
    """The site, with two operators at hosts of their own."""
    await two_hosts(site.world)
    return site


@pytest.fixture
async def asked(door: httpx.AsyncClient, world: World) -> httpx.AsyncClient:
    """A whole process, before which there are two operators at hosts of their own."""
    await two_hosts(world)
    return door


async def test_a_code_is_shown_at_its_operators_host(hosted: Site):
    """At its own host the page, anywhere else that we know the way there, with the query."""
    shown = {
        host: await hosted.browser.get(f"/c/{CODE}?lang=nl", headers={"Host": host})
        for host in (OURS, THEIRS, "pay.example")
    }

    assert 200 == shown[OURS].status_code
    for host in (THEIRS, "pay.example"):
        assert 307 == shown[host].status_code
        assert f"https://{OURS}/c/{CODE}?lang=nl" == shown[host].headers["location"]
        assert "no-store" == shown[host].headers["cache-control"]


async def test_a_host_of_nobody_has_a_plain_page(hosted: Site):
    """Whatever is asked for, and without any operator's name."""
    for path in (f"/c/{CODE}", "/", "/me", "/nothing"):
        page = await hosted.browser.get(path, headers={"Host": "evil.example"})

        assert 404 == page.status_code, path
        assert "volt" not in page.text.lower()


async def test_a_slug_leads_to_its_host(hosted: Site):
    """A page with an operator's name in its address is at that operator's host."""
    page = await hosted.browser.get("/me/voltstraat", headers={"Host": THEIRS})

    assert (307, f"https://{OURS}/me/voltstraat") == (page.status_code, page.headers["location"])


async def test_paying_at_another_host_leads_home(hosted: Site):
    """Nothing is begun there: the form is led to where it belongs."""
    answer = await hosted.browser.post(
        f"/c/{CODE}/pay",
        data={"method": "creditcard", "tariff_id": "x", "tariff_version": "1"},
        headers={"Host": THEIRS, "Sec-Fetch-Site": "same-origin"},
    )

    assert 307 == answer.status_code
    assert f"https://{OURS}/c/{CODE}/pay" == answer.headers["location"]


async def test_a_session_is_at_its_operators_host(site: Site):
    """Also one that was begun before the operator had the host."""
    path = await site.pays()
    await two_hosts(site.world)
    hosted, token = site, path.rsplit("/", 1)[-1]

    there = await hosted.browser.get(f"/s/{token}", headers={"Host": THEIRS})
    here = await hosted.browser.get(f"/s/{token}", headers={"Host": OURS})

    assert (307, f"https://{OURS}/s/{token}") == (there.status_code, there.headers["location"])
    assert 200 == here.status_code


async def test_a_payment_leads_back_to_the_operators_host(hosted: Site):
    """Where the browser's cookie is: what is begun there comes back there, and so do its mails."""
    hosted.browser.base_url = f"https://{OURS}"
    path = await hosted.pays_and_plugs_in()

    page = await hosted.get(path)
    await hosted.post(f"{path}/receipt", {"email": "anna@example.com"})
    await hosted.world.worker.run_due()

    assert 200 == page.status_code
    assert f"https://{OURS}{path}" in hosted.world.mailer.mails[-1].text


async def test_a_strange_path_stays_a_path(hosted: Site):
    """No address that is asked for leads to a host that we do not know."""
    for path in ("//evil.example/c/x", "/c/%0d%0aLocation:evil", "/c/..%2f..%2fevil"):
        answer = await hosted.browser.get(f"https://pay.example{path}")

        assert answer.headers.get("location", f"https://{OURS}/").startswith(f"https://{OURS}/")


async def test_certificates_are_only_for_proved_hosts(asked: httpx.AsyncClient):
    """The proxy may have one for ours and for those that are proved; others soon get no answer."""
    answers = [
        (await asked.get("/tls/ask", params={"domain": name})).status_code
        for name in (OURS, THEIRS, "pay.example", "evil.example", "")
    ]
    flood = {
        (await asked.get("/tls/ask", params={"domain": f"x{number}.example"})).status_code
        for number in range(300)  # more than twice what is let through, should a minute end
    }
    still = await asked.get("/tls/ask", params={"domain": OURS})

    assert [200, 200, 200, 404, 404] == answers
    assert {404, 429} == flood
    assert 200 == still.status_code


async def test_phones_learn_which_app_opens_a_host(asked: httpx.AsyncClient, world: World):
    """Each operator's host tells of its own apps; a host without apps tells of none."""
    async with world.database.work(OPERATOR) as work:
        operator = await get_operator(work)
        brand = replace(operator.brand, details=Details(apps=APPS))
        await save_operator(work, replace(operator, brand=brand))
    paths = ("/.well-known/apple-app-site-association", "/.well-known/assetlinks.json")
    apple, android = [await asked.get(path, headers={"Host": OURS}) for path in paths]
    others = [
        (await asked.get(path, headers={"Host": host})).status_code
        for path in paths
        for host in (THEIRS, "pay.example", "evil.example")
    ]

    assert {404} == set(others)
    assert {"application/json"} == {
        each.headers["content-type"].split(";")[0] for each in (apple, android)
    }
    links = json.loads(apple.text)
    assert ["ABCDE12345.nl.volt"] == links["applinks"]["details"][0]["appIDs"]
    assert {"/": "/c/*"} in links["applinks"]["details"][0]["components"]
    assert {"apps": ["ABCDE12345.nl.volt"]} == links["webcredentials"]
    target = json.loads(android.text)[0]["target"]
    assert ("nl.volt.app", [FINGERPRINT]) == (
        target["package_name"],
        target["sha256_cert_fingerprints"],
    )


async def test_what_goes_wrong_wears_the_brand_of_the_host(asked: httpx.AsyncClient):
    """A code that nobody knows, a false sticker, an address that leads nowhere."""
    for path in ("/c/ZZZZZZ", f"/c/{CODE}/1-AAAAAAAAAA", "/nothing", "/s/unknown", "/me"):
        page = await asked.get(path, headers={"Host": OURS, "Accept-Language": "en"})

        assert 404 == page.status_code, path
        assert "Voltstraat</title>" in page.text, path
        assert "Direct Pay" not in page.text, path
        assert "tel:" in page.text, path
    home = await asked.get("/", headers={"Host": OURS})
    assert (200, True) == (home.status_code, "Voltstraat</title>" in home.text)


async def test_a_brand_that_changes_is_seen(asked: httpx.AsyncClient, world: World):
    """When the process reads again whose hosts there are."""
    async with world.database.work(OPERATOR) as work:
        operator = await get_operator(work)
        brand = replace(operator.brand, name="Nieuwe Stroom")
        world.clock.advance(seconds=1)
        await save_operator(work, replace(operator, brand=brand))
    await world.desk.hosts.read(world.database)

    page = await asked.get("/c/ZZZZZZ", headers={"Host": OURS})

    assert "Nieuwe Stroom</title>" in page.text
