"""The payment sandbox on its own: pages, webhooks, clock, failures, and a memory that survives."""

import asyncio
import json
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sandbox.provider.app import FILE, Options, create_sandbox
from app.sandbox.provider.book.faults import OPERATIONS
from app.sandbox.provider.desk.front import TRICKS
from app.sandbox.provider.postman import RETRY_SECONDS
from tests.contracts.judged import Sandbox, judged_sandbox
from tests.contracts.stranger import Stranger, stranger

PAGE = Path(__file__).parents[2] / "docs/reference/sandbox.md"
ORDER = {
    "amount": {"currency": "EUR", "value": "50.00"},
    "description": "Charging at NL*DEM*E1 <b>",
    "redirectUrl": "https://pay.example.org/s/abc/back",
    "method": "creditcard",
    "captureMode": "manual",
    "metadata": {"reference": "DP-1", "odd": [1.5, None]},
}
KEY = {"Authorization": "Bearer test_merchant1"}
OTHER = {"Authorization": "Bearer test_merchant2"}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Serve a sandbox with the judge in front."""
    async with judged_sandbox() as served:
        yield served


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """Give a merchant's client."""
    async with client(sandbox.url) as given:
        yield given


@asynccontextmanager
async def client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client with the merchant's key."""
    async with httpx.AsyncClient(base_url=url, headers=KEY, trust_env=False) as given:
        yield given


async def opened(http: httpx.AsyncClient, **changes: object) -> dict[str, object]:
    """Open a payment and return it; a change to None leaves a field out."""
    order = {name: value for name, value in (ORDER | changes).items() if value is not None}
    answer = await http.post("/v2/payments", json=order)
    assert 201 == answer.status_code, answer.text
    payment: dict[str, object] = answer.json()
    return payment


async def told(hooks: Stranger, times: int) -> list[str]:
    """Wait until the merchant was told *times* and return what came."""
    async with asyncio.timeout(60):
        while len(hooks.bodies) < times:
            hooks.heard.clear()
            await hooks.heard.wait()
    # Long enough for one that should not have come.
    await asyncio.sleep(0.05)
    return [parse_qs(body.decode())["id"][0] for body in hooks.bodies]


# The driver's page


async def page_of(http: httpx.AsyncClient, payment: dict[str, object]) -> str:
    """Return the address of the driver's page."""
    answer = await http.get(f"/v2/payments/{payment['id']}")
    address: str = answer.json()["_links"]["checkout"]["href"]
    return address


@pytest.mark.parametrize(
    ("deed", "status"), [("approve", "authorized"), ("decline", "failed"), ("cancel", "canceled")]
)
async def test_the_page_does_as_told_and_sends_the_driver_back(
    http: httpx.AsyncClient, deed: str, status: str
) -> None:
    """A plain form: one button, then back to the merchant, without a script."""
    payment = await opened(http)
    address = await page_of(http, payment)
    page = await http.get(address)
    done = await http.post(address, data={"deed": deed})
    after = await http.get(f"/v2/payments/{payment['id']}")
    again = await http.get(address)

    assert "no real money" in page.text
    assert "50.00 EUR" in page.text
    assert "&lt;b&gt;" in page.text
    assert "<script" not in page.text
    assert (303, ORDER["redirectUrl"]) == (done.status_code, done.headers["location"])
    assert status == after.json()["status"]
    assert "checkout" not in after.json()["_links"]
    assert "Back to the shop" in again.text


async def test_whoever_leaves_can_come_back(http: httpx.AsyncClient) -> None:
    """Leaving changes nothing: the payment stays open until it expires."""
    payment = await opened(http)
    address = await page_of(http, payment)
    left = await http.post(address, data={"deed": "leave"})

    assert 200 == left.status_code
    assert "Come back" in left.text
    assert "open" == (await http.get(f"/v2/payments/{payment['id']}")).json()["status"]


async def test_without_a_method_the_driver_chooses_on_the_page(http: httpx.AsyncClient) -> None:
    """A method that can't hold ends paid although a hold was asked for."""
    payment = await opened(http, method=None)
    address = await page_of(http, payment)
    offered = re.findall(r'name="method" value="(\w+)"', (await http.get(address)).text)
    await http.post(address, data={"deed": "approve", "method": "bancontact"})
    after = (await http.get(f"/v2/payments/{payment['id']}")).json()

    assert {"creditcard", "ideal", "bancontact"} <= set(offered)
    assert ("paid", "bancontact") == (after["status"], after["method"])


async def test_pressing_approve_twice_pays_once(http: httpx.AsyncClient) -> None:
    """The second press of the button finds the payment done and goes back as well."""
    payment = await opened(http)
    address = await page_of(http, payment)
    both = await asyncio.gather(*(http.post(address, data={"deed": "approve"}) for _ in range(2)))
    book = (await http.get("/control/book")).json()

    assert [303, 303] == [answer.status_code for answer in both]
    assert ["open", "authorized"] == [what for _, what in book[0]["history"]]


async def test_every_method_has_a_picture(http: httpx.AsyncClient) -> None:
    """The pictures that the list of methods links to are there."""
    listed = (await http.get("/v2/methods")).json()["_embedded"]["methods"]
    for method in listed:
        picture = await http.get(method["image"]["svg"])
        assert (200, "image/svg+xml") == (picture.status_code, picture.headers["content-type"])
    assert 404 == (await http.get("/icons/none.svg")).status_code


@pytest.mark.parametrize("deed", [{}, {"deed": "steal"}])
async def test_a_deed_that_does_not_exist_is_refused(
    http: httpx.AsyncClient, deed: dict[str, str]
) -> None:
    """Nonsense from a form changes nothing."""
    payment = await opened(http)
    answer = await http.post(await page_of(http, payment), data=deed)

    assert 422 == answer.status_code
    assert 404 == (await http.get("/checkout/nobody")).status_code
    assert "open" == (await http.get(f"/v2/payments/{payment['id']}")).json()["status"]


# Webhooks


async def test_the_merchant_is_told_of_every_change_of_status(http: httpx.AsyncClient) -> None:
    """Authorised, captured and released: each is a hint with the payment's id, as a form."""
    hooks = Stranger(200)
    async with stranger(hooks) as address:
        payment = await opened(http, webhookUrl=f"{address}/webhooks/mollie/abc")
        await http.post(f"/control/payments/{payment['id']}/approve")
        first = await told(hooks, 1)
        await http.post(f"/v2/payments/{payment['id']}/captures", json={})
        both = await told(hooks, 2)

    assert [payment["id"]] == first
    assert [payment["id"]] * 2 == both
    assert {"/webhooks/mollie/abc"} == {path for path, _ in hooks.asked}


async def test_a_webhook_is_repeated_until_it_is_taken(http: httpx.AsyncClient) -> None:
    """A merchant who answers 500 is told again and again, and no more once it answered 200."""
    hooks = Stranger(500)
    async with stranger(hooks) as address:
        payment = await opened(http, webhookUrl=address)
        await http.post(f"/control/payments/{payment['id']}/approve")
        await told(hooks, 1)
        await http.post("/control/clock", json={"seconds": RETRY_SECONDS[0]})
        await told(hooks, 2)
        hooks.status = 200
        await http.post("/control/clock", json={"seconds": RETRY_SECONDS[1]})
        await told(hooks, 3)
        await http.post("/control/clock", json={"seconds": 60})
        heard = await told(hooks, 3)

    assert [payment["id"]] * 3 == heard


@pytest.mark.parametrize(
    ("fault", "now", "later"),
    [("webhook_duplicate", 5, 5), ("webhook_lost", 0, 0), ("webhook_late", 0, 1)],
)
async def test_webhooks_go_wrong_on_demand(
    http: httpx.AsyncClient, fault: str, now: int, later: int
) -> None:
    """Five times instead of once, never, or an hour late."""
    hooks = Stranger(200)
    hour = {"operation": "webhook", "fault": fault, "milliseconds": 3_600_000}
    async with stranger(hooks) as address:
        await http.post("/control/faults", json=hour)
        payment = await opened(http, webhookUrl=address)
        await http.post(f"/control/payments/{payment['id']}/approve")
        heard = await told(hooks, now)
        await asyncio.sleep(0.1)
        await http.post("/control/clock", json={"seconds": 3600})
        after = await told(hooks, later)

    assert (now, later) == (len(heard), len(after))


# Time


async def test_an_open_payment_expires_after_a_quarter_of_an_hour(http: httpx.AsyncClient) -> None:
    """The clock is put forward, not waited for."""
    payment = await opened(http)
    await http.post("/control/clock", json={"seconds": 15 * 60})
    after = (await http.get(f"/v2/payments/{payment['id']}")).json()

    assert "expired" == after["status"]
    assert "expiredAt" in after


async def test_a_hold_expires_at_its_deadline(http: httpx.AsyncClient) -> None:
    """A card's hold of seven days is gone on the eighth, and a capture comes too late."""
    payment = await opened(http)
    await http.post(f"/control/payments/{payment['id']}/approve")
    await http.post("/control/clock", json={"seconds": int(timedelta(days=7).total_seconds())})
    late = await http.post(f"/v2/payments/{payment['id']}/captures", json={})

    assert 422 == late.status_code
    assert "expired" == (await http.get(f"/v2/payments/{payment['id']}")).json()["status"]


# Keys and merchants


async def test_a_repeated_key_replays_the_first_answer(http: httpx.AsyncClient) -> None:
    """The same bytes, marked as replayed; for another order the key is refused."""
    key = {"Idempotency-Key": "one"}
    first = await http.post("/v2/payments", json=ORDER, headers=key)
    again = await http.post("/v2/payments", json=ORDER, headers=key)
    other = await http.post("/v2/payments", json=ORDER | {"description": "x"}, headers=key)
    stranger_ = await http.post("/v2/payments", json=ORDER, headers=key | OTHER)

    assert first.content == again.content
    assert "true" == again.headers["idempotent-replayed"]
    assert 400 == other.status_code
    assert first.json()["id"] != stranger_.json()["id"]


async def test_a_key_is_forgotten_after_an_hour(http: httpx.AsyncClient) -> None:
    """Later than that the same key orders again: read first."""
    key = {"Idempotency-Key": "one"}
    first = await http.post("/v2/payments", json=ORDER, headers=key)
    await http.post("/control/clock", json={"seconds": 3600})
    again = await http.post("/v2/payments", json=ORDER, headers=key)

    assert first.json()["id"] != again.json()["id"]


async def test_merchants_do_not_see_each_other(http: httpx.AsyncClient) -> None:
    """A payment belongs to the key that made it."""
    payment = await opened(http)
    path = f"/v2/payments/{payment['id']}"

    assert 404 == (await http.get(path, headers=OTHER)).status_code
    assert 404 == (await http.delete(path, headers=OTHER)).status_code
    assert 0 == (await http.get("/v2/payments", headers=OTHER)).json()["count"]


@pytest.mark.parametrize("key", ["", "Bearer live_real1", "Bearer test_", "Basic test_merchant1"])
async def test_only_test_keys_are_taken(http: httpx.AsyncClient, key: str) -> None:
    """A live key has no business here."""
    answer = await http.post("/v2/payments", json=ORDER, headers={"Authorization": key})

    assert 401 == answer.status_code
    assert "test_" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": None}, "amount"),
        ({"amount": {"currency": "EUR", "value": "50"}}, "amount.value"),
        ({"amount": {"currency": "JPY", "value": "50.00"}}, "amount.value"),
        ({"amount": {"currency": "NOK", "value": "50.00"}, "method": "ideal"}, "amount"),
        ({"amount": {"currency": "EUR", "value": "99999.00"}}, "amount"),
        ({"description": None}, "description"),
        ({"redirectUrl": "javascript:alert(1)"}, "redirectUrl"),
        ({"method": "ideal"}, "captureMode"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused_by_field(
    change: dict[str, object], field: str
) -> None:
    """What the published rules forbid is refused, naming the field."""
    # Wrong on purpose: served without the judge.
    async with judged_sandbox() as served, client(served.url) as http:
        answer = await http.post("/v2/payments", json=ORDER | change)
        served.judged.deviations.clear()

    assert 422 == answer.status_code
    assert field == answer.json()["field"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
MONEY = st.fixed_dictionaries(
    {"currency": st.sampled_from(["EUR", "JPY", "x"]) | JSON, "value": JSON}
)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys((*ORDER, "webhookUrl", "locale"), JSON) | {"amount": MONEY},
    )
)
def test_nothing_that_is_json_breaks_the_sandbox(changes: dict[str, object]) -> None:
    """Whatever a merchant sends, the answer is a payment or a refusal in hal+json."""
    app: Any = create_sandbox(Options())
    body = json.dumps(ORDER | changes)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://s", headers=KEY) as http:
            return await http.post("/v2/payments", content=body)

    answer = asyncio.run(ask())

    assert answer.status_code in (201, 400, 422), answer.text
    assert "application/hal+json" == answer.headers["content-type"]


async def test_a_wrong_address_is_answered_as_published(http: httpx.AsyncClient) -> None:
    """Also what no handler takes is a hal+json error."""
    for method, path, status in (("GET", "/nowhere", 404), ("PUT", "/control/clock", 405)):
        answer = await http.request(method, path)
        assert (status, status) == (answer.status_code, answer.json()["status"])


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"text"'])
async def test_a_body_that_is_no_object_is_a_bad_request(sandbox: Sandbox, body: bytes) -> None:
    """Broken JSON is answered in hal+json, and the sandbox goes on."""
    path = "/v2/payments/tr_any/captures"
    async with client(sandbox.url) as http:
        answer = await http.post(path, content=body)
        sandbox.judged.deviations.clear()

    assert 400 == answer.status_code
    assert "application/hal+json" == answer.headers["content-type"]


async def test_lists_are_paged_by_links_on_the_same_address(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """The next page's link begins with the address that was asked, as the SDK needs it."""
    made = [(await opened(http))["id"] for _ in range(5)]
    found, path = [], "/v2/payments?limit=2"
    while path:
        page = (await http.get(path)).json()
        found += [payment["id"] for payment in page["_embedded"]["payments"]]
        link = page["_links"]["next"]
        assert link is None or link["href"].startswith(f"{sandbox.url}/v2/")
        path = link["href"] if link else ""

    assert made[::-1] == found


async def test_parts_can_be_read_alone(http: httpx.AsyncClient) -> None:
    """Captures and refunds have addresses of their own."""
    payment = await opened(http)
    await http.post(f"/control/payments/{payment['id']}/approve")
    path = f"/v2/payments/{payment['id']}"
    capture = (await http.post(f"{path}/captures", json={"amount": ORDER["amount"]})).json()
    order = {"amount": ORDER["amount"], "description": "x", "metadata": None}
    refund = (await http.post(f"{path}/refunds", json=order)).json()

    for kind, part, end in (("captures", capture, "succeeded"), ("refunds", refund, "refunded")):
        assert end == (await http.get(f"{path}/{kind}/{part['id']}")).json()["status"]
        assert 1 == (await http.get(f"{path}/{kind}")).json()["count"]
    assert 404 == (await http.get(f"{path}/captures/cpt_none")).status_code


# The desk behind the scenes


def test_the_reference_page_lists_every_failure() -> None:
    """Every line of the page's table is computed from the code, and each failure is explained."""
    page = PAGE.read_text(encoding="utf-8")
    for operation, kinds in OPERATIONS.items():
        row = f"| `{operation}` | {', '.join(f'`{kind}`' for kind in sorted(kinds))} |"
        assert row in page.splitlines()
    explained = page.partition("| Failure |")[2].partition("| Operation |")[0]
    assert [] == [k for kinds in OPERATIONS.values() for k in kinds if f"`{k}`" not in explained]


async def test_the_desk_shows_the_book_and_arms_failures(http: httpx.AsyncClient) -> None:
    """The page works as plain forms, and says when a failure makes no sense."""
    payment = await opened(http)
    form = {"operation": "start", "fault": "error_before", "times": "2", "milliseconds": "10"}
    armed = await http.post("/control/faults", data=form)
    page = await http.get("/")
    wrong = await http.post("/control/faults", json={"operation": "start", "fault": "fire"})
    await http.post("/control/faults/clear", data={})

    assert 303 == armed.status_code
    assert str(payment["id"]) in page.text
    assert "start error_before" in page.text
    assert 422 == wrong.status_code
    assert 201 == (await http.post("/v2/payments", json=ORDER)).status_code


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/control/clock", b'{"seconds": -5}'),
        ("/control/clock", b"no"),
        ("/control/policy", b"{}"),
        ("/control/faults", b'{"operation": "start", "fault": "rate_limit", "times": 0}'),
        ("/control/payments/tr_none/approve", b""),
    ],
)
async def test_the_desk_refuses_nonsense(http: httpx.AsyncClient, path: str, body: bytes) -> None:
    """A wrong order to the desk gets a clear error."""
    answer = await http.post(path, content=body)

    assert answer.status_code in (404, 422)
    assert answer.json()["detail"]


def test_every_trick_is_possible() -> None:
    """The buttons of the desk arm what can be armed."""
    tricks = [trick for _, group in TRICKS for trick in group]

    assert [] == [trick for trick in tricks if trick.fault not in OPERATIONS[trick.operation]]


async def test_the_desk_offers_what_can_happen(http: httpx.AsyncClient) -> None:
    """An open payment can be approved, a hold can lapse, what was taken can be disputed."""
    payment = await opened(http)
    path = f"/control/payments/{payment['id']}"
    seen = []
    for step in ("approve", "", "dispute", "chargeback", "chargeback_reversed"):
        page = (await http.get("/")).text
        seen.append(re.findall(rf'action="{path}/(\w+)"', page))
        if step:
            # As the page's own form sends it.
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            moved = await http.post(f"{path}/{step}", headers=form)
            assert 303 == moved.status_code, moved.text
        else:
            await http.post(f"/v2/payments/{payment['id']}/captures", json={})

    assert [
        ["approve", "decline", "expire"],
        ["expire"],
        ["dispute"],
        ["chargeback"],
        ["chargeback_reversed"],
    ] == seen


# Memory


async def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    """Payments, keys, faults, the clock and the webhooks that wait survive."""
    key = {"Idempotency-Key": "one"}
    hooks = Stranger(200)
    options = Options(state=tmp_path / "deep" / "state")
    async with stranger(hooks) as address:
        order = ORDER | {"webhookUrl": address}
        async with judged_sandbox(options) as first, client(first.url) as http:
            made = await http.post("/v2/payments", json=order, headers=key)
            await http.post("/control/clock", json={"seconds": 100})
            late = {"operation": "webhook", "fault": "webhook_late", "milliseconds": 600_000}
            await http.post("/control/faults", json=late)
            await http.post(f"/control/payments/{made.json()['id']}/approve")
        async with judged_sandbox(options) as second, client(second.url) as http:
            again = await http.post("/v2/payments", json=order, headers=key)
            now = (await http.get(f"/v2/payments/{made.json()['id']}")).json()
            await http.post("/control/clock", json={"seconds": 600})
            heard = await told(hooks, 1)

    assert made.content == again.content
    assert "authorized" == now["status"]
    assert [made.json()["id"]] == heard


async def test_a_file_of_an_older_sandbox_goes_on(tmp_path: Path) -> None:
    """A file without timers: an open payment still expires by itself."""
    options = Options(state=tmp_path)
    async with judged_sandbox(options) as first, client(first.url) as http:
        payment = await opened(http)
    with sqlite3.connect(tmp_path / FILE) as sql:
        sql.execute("DROP TABLE timer")
    async with judged_sandbox(options) as second, client(second.url) as http:
        await http.post("/control/clock", json={"seconds": 15 * 60})
        (line,) = (await http.get("/control/book")).json()

    assert (payment["id"], "expired") == (line["id"], line["status"])


async def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    """As a process of its own, killed with -9: what was answered is still in the book."""
    for _ in range(2):
        process, url = await process_on(tmp_path)
        async with client(url) as http:
            await opened(http)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    process, url = await process_on(tmp_path)
    async with client(url) as http:
        book = (await http.get("/control/book")).json()
    process.terminate()
    await process.wait()

    assert 2 == len(book)


async def process_on(state: Path) -> tuple[asyncio.subprocess.Process, str]:
    """Start the sandbox as a process on a free port and wait until it answers."""
    probe = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = probe.sockets[0].getsockname()[1]
    probe.close()
    await probe.wait_closed()
    command = (sys.executable, "-m", "app.sandbox.provider", "--port", str(port), "--state", state)
    process = await asyncio.create_subprocess_exec(*command)
    async with asyncio.timeout(60), client(f"http://127.0.0.1:{port}") as http:
        while True:
            try:
                await http.get("/control/book")
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return process, f"http://127.0.0.1:{port}"
