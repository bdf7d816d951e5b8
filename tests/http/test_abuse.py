"""What somebody meets who tries out cards or fills mailboxes, and what others notice of it."""

import httpx
import pytest

from app.directpay.desk import MAILS_PER_NETWORK, PAYMENTS_PER_NETWORK
from app.infra import fan
from tests.http.program import KEY, Program
from tests.http.site import BASE, SAME_ORIGIN, Site, fields
from tests.scenarios.world import CODE


def at(app: object, host: str) -> httpx.AsyncClient:
    """Return a client at an address of its own, without a cookie."""
    transport = httpx.ASGITransport(app=app, client=(host, 4711))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url=BASE, headers=SAME_ORIGIN)


async def test_a_thousand_scripted_checkouts(site: Site):
    """One socket has one open checkout, and one network some tries: the provider hears of one."""
    page = await site.get(f"/c/{CODE}")
    form = {**fields(page.text), "method": "creditcard"}
    answers = []
    async with at(site.app, "203.0.113.9") as tester:
        for _ in range(100):
            tester.cookies.clear()
            answers.append(await tester.post(f"/c/{CODE}/pay", data=form))

    statuses = [answer.status_code for answer in answers]
    assert [303] == statuses[:1]
    assert {409} == set(statuses[1 : PAYMENTS_PER_NETWORK.most])
    assert {429} == set(statuses[PAYMENTS_PER_NETWORK.most :])
    assert len(site.world.provider.snapshots) == 1
    last = answers[-1]
    assert 0 < int(last.headers["retry-after"]) <= 600
    assert "One moment, please" in last.text
    assert "default-src 'none'" in last.headers["content-security-policy"]


async def test_an_honest_driver_next_door_still_pays(site: Site):
    """Only the network that asks too much has to wait, and looking is never limited."""
    page = await site.get(f"/c/{CODE}")
    form = {**fields(page.text), "method": "creditcard"}
    async with at(site.app, "203.0.113.9") as tester:
        for _ in range(PAYMENTS_PER_NETWORK.most + 1):
            refused = await tester.post(f"/c/{CODE}/pay", data={**form, "method": "no-such"})
        looked = await tester.get(f"/c/{CODE}")
    async with at(site.app, "203.0.113.10") as driver:
        paid = await driver.post(f"/c/{CODE}/pay", data=form)

    assert [429, 200, 303] == [refused.status_code, looked.status_code, paid.status_code]


async def test_mails_are_limited_per_network(site: Site):
    """A payer's browser that asks for mail after mail hears 429, and no more than two went out."""
    path = await site.pays_and_plugs_in()
    async with at(site.app, "2001:db8::1") as payer:
        payer.cookies = site.browser.cookies
        for number in range(MAILS_PER_NETWORK.most + 1):
            last = await payer.post(
                f"{path}/receipt", data={"email": f"victim{number}@example.com"}
            )
    await site.world.worker.run_due()

    assert 429 == last.status_code
    assert "retry-after" in last.headers
    assert len(site.world.mailer.mails) == 2


async def test_the_api_is_limited_alike(program: Program):
    """The same count as the pages', as a problem that says when to come again."""
    order = await program.orders(method="no-such")
    program.http._transport = httpx.ASGITransport(
        app=program.api,  # type: ignore[arg-type]
        client=("203.0.113.9", 4711),
    )
    for _ in range(PAYMENTS_PER_NETWORK.most + 1):
        last = await program.post("/sessions", order, Idempotency_Key=KEY)

    assert (429, "too_many_requests") == (last.status_code, last.json()["code"])
    assert last.headers["retry-after"] == str(last.json()["facts"]["retry_after"])


async def test_streams_are_limited_by_network(site: Site, monkeypatch: pytest.MonkeyPatch):
    """One machine that opens stream after stream is told when to come again; pages go on."""
    monkeypatch.setattr(fan, "MOST_OF_A_NETWORK", 0)
    path = await site.pays()
    async with at(site.app, "203.0.113.9") as one:
        answer = await one.get(f"{path}/events")
        page = await one.get(path)

    assert (429, "30") == (answer.status_code, answer.headers["retry-after"])
    assert 200 == page.status_code
