"""The API as a program uses it; each answer is judged by the API's description (see program.py)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.infra.statuses import STATUS
from app.kernel.errors import Kind, Problem
from tests.http.program import BASE, KEY, Program, bearer
from tests.scenarios.world import CODE

OTHER_KEY = "0197a0c4-7b1e-7cc0-9d35-ba9876543210"
BUYER = {
    "name": "Laadpas B.V.",
    "street": "Kade 2",
    "postal_code": "3011 AA",
    "city": "Rotterdam",
    "country": "NL",
}


# Codes


async def test_a_code_shows_socket_price_and_ways_to_pay(program: Program):
    """What the scan page shows, as data: decimals as text, money in minor units."""
    answer = await program.get(f"/codes/{CODE.lower()}")
    seen = answer.json()

    assert 200 == answer.status_code
    assert ("NL*VLT*E1*1", "free") == (seen["point"]["evse_id"], seen["point"]["state"])
    assert ("0.5", "kwh") == (
        seen["price"]["components"][0]["price"],
        seen["price"]["components"][0]["unit"],
    )
    assert {"minor": 6000, "currency": "EUR"} == seen["methods"][0]["amount"]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["€0.50 per kWh.", "All prices include 21% VAT."]),
        ("nl", ["€ 0,50 per kWh.", "Alle prijzen zijn inclusief 21% btw."]),
        ("de", ["0,50 € je kWh.", "Alle Preise enthalten 21 % MwSt."]),
        ("fr", ["0,50 € par kWh.", "Tous les prix comprennent 21 % de TVA."]),
    ],
)
async def test_a_price_is_said_in_the_callers_language(
    program: Program, locale: str, words: list[str]
):
    """The sentences of the scan page, for a program that shows them."""
    answer = await program.get(f"/codes/{CODE}?locale={locale}")

    said = [
        text.replace("\xa0", " ").replace("\u202f", " ") for text in answer.json()["price"]["words"]
    ]
    assert words == said


async def test_an_unknown_code_is_a_problem_with_a_stable_type(program: Program):
    """RFC 9457: the type ends in the code, and the facts that help are there."""
    answer = await program.get("/codes/ZZZZZZ")

    assert "application/problem+json" == answer.headers["content-type"]
    assert {
        "type": f"{BASE}/api/problems/unknown_code",
        "title": "This code belongs to no charging point",
        "status": 404,
        "code": "unknown_code",
        "detail": "no charging point has this code",
        "facts": {"code": "ZZZZZZ"},
        "errors": [],
    } == answer.json()


async def test_unchanged_is_not_sent_again(program: Program):
    """With the ETag of the last answer, an unchanged socket is 304; a changed one is sent."""
    first = await program.get(f"/codes/{CODE}")
    again = await program.get(f"/codes/{CODE}", If_None_Match=first.headers["etag"])
    await program.world.disconnects()
    changed = await program.get(f"/codes/{CODE}", If_None_Match=first.headers["etag"])

    assert [304, 200] == [again.status_code, changed.status_code]
    assert "offline" == changed.json()["point"]["state"]


async def test_the_type_leads_to_the_problems_page(program: Program):
    """The address that names the kind of problem tells what to do about it."""
    answer = await program.get("/codes/ZZZZZZ")
    page = await program.http.get(answer.json()["type"])
    none = await program.http.get("/api/problems/README")

    assert page.text.startswith("# unknown_code\n")
    assert [200, 404] == [page.status_code, none.status_code]


# Beginning


async def test_beginning_answers_tokens_and_where_to_pay(program: Program):
    """201 with both tokens; the session's address is told."""
    answer = await program.post("/sessions", await program.orders(), Idempotency_Key=KEY)
    begun = answer.json()
    session = await program.get(f"/sessions/{begun['token']}")

    assert 201 == answer.status_code
    assert f"/api/v1/sessions/{begun['token']}" == answer.headers["location"]
    assert begun["checkout_url"].startswith("https://provider.test/pay/")
    assert ("paying", 6000) == (session.json()["stage"], session.json()["held"]["minor"])


async def test_the_same_key_begins_one_session(program: Program):
    """A repeated order answers the same tokens, and one payment was opened."""
    order = await program.orders()
    answers = [await program.post("/sessions", order, Idempotency_Key=KEY) for _ in range(3)]

    assert 1 == len({answer.text for answer in answers})
    assert 1 == len(program.world.provider.orders)


async def test_a_key_of_another_order_is_refused(program: Program):
    """The same key with another price is a mistake of the caller, and nothing is begun."""
    order = await program.orders()
    await program.post("/sessions", order, Idempotency_Key=KEY)
    answer = await program.post("/sessions", {**order, "tariff_version": 7}, Idempotency_Key=KEY)

    assert (422, "key_reused") == (answer.status_code, answer.json()["code"])
    assert "control" not in answer.text


@pytest.mark.parametrize("key", ["", "1", "a" * 21, "a" * 65, "with a blank in the key"])
async def test_a_key_must_be_hard_to_guess(program: Program, key: str):
    """Who knows a key gets the tokens of its session: short ones are refused."""
    answer = await program.post("/sessions", await program.orders(), Idempotency_Key=key)

    assert (422, "invalid_request") == (answer.status_code, answer.json()["code"])
    assert ("header", "Idempotency-Key") == (
        answer.json()["errors"][0]["place"],
        answer.json()["errors"][0]["field"],
    )


async def test_a_key_must_be_there(program: Program):
    """Without Idempotency-Key nothing that costs money begins."""
    answer = await program.http.post("/api/v1/sessions", json=await program.orders())

    assert 422 == answer.status_code
    assert [{"place": "header", "field": "Idempotency-Key", "message": "it is missing"}] == (
        answer.json()["errors"]
    )


async def test_a_second_driver_is_told_that_the_socket_is_taken(program: Program):
    """Another order at the same socket is 409 point_busy."""
    order = await program.orders()
    await program.post("/sessions", order, Idempotency_Key=KEY)
    answer = await program.post("/sessions", order, Idempotency_Key=OTHER_KEY)

    assert (409, "point_busy", {"code": CODE}) == (
        answer.status_code,
        answer.json()["code"],
        answer.json()["facts"],
    )


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"tariff_version": 7}, 409, "tariff_changed"),
        ({"method": "magic"}, 422, "method_unavailable"),
        ({"code": "ZZZZZZ"}, 404, "unknown_code"),
    ],
)
async def test_orders_that_are_refused(
    program: Program, changed: dict[str, object], status: int, code: str
):
    """Each refusal has its status and code, and nothing was reserved."""
    order = await program.orders(**changed)
    answer = await program.post("/sessions", order, Idempotency_Key=KEY)

    assert (status, code) == (answer.status_code, answer.json()["code"])
    assert {} == program.world.provider.orders


async def test_an_offline_charge_point_is_503(program: Program):
    """The charge point that cannot be asked is unavailable, not wrong."""
    order = await program.orders()
    await program.world.disconnects()
    answer = await program.post("/sessions", order, Idempotency_Key=KEY)

    assert (503, "point_offline") == (answer.status_code, answer.json()["code"])
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"method": 5}, "method"),
        ({"tariff_version": 0}, "tariff_version"),
        ({"tariff_version": 2**31}, "tariff_version"),
        ({"code": "a\x00b"}, "code"),
        ({"locale": "xx"}, "locale"),
        ({"price": 1}, "price"),
        ({"method": ""}, "method"),
    ],
)
async def test_a_wrong_field_is_named(program: Program, changed: dict[str, object], field: str):
    """A field of the wrong kind, out of bounds or unknown is 422 and named."""
    order = await program.orders(**changed)
    answer = await program.post("/sessions", order, Idempotency_Key=KEY)

    assert (422, "invalid_request") == (answer.status_code, answer.json()["code"])
    assert [("body", field)] == [(e["place"], e["field"]) for e in answer.json()["errors"]]


async def test_a_missing_field_is_named(program: Program):
    """A field that must be there is named."""
    answer = await program.post("/sessions", {"code": CODE}, Idempotency_Key=KEY)

    assert ("method", "it is missing") == (
        answer.json()["errors"][0]["field"],
        answer.json()["errors"][0]["message"],
    )


# Refusals of the framework


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/v1/nothing", b"", 404, "not_found"),
        ("GET", "/api/v2/codes/VKTAA2", b"", 404, "not_found"),
        ("DELETE", "/api/v1/codes/VKTAA2", b"", 405, "method_not_allowed"),
        ("POST", "/api/v1/sessions", b"{", 400, "bad_request"),
        ("POST", "/api/v1/sessions", b"\xff", 400, "bad_request"),
        ("POST", "/api/v1/sessions", b" " * 20_000, 413, "request_entity_too_large"),
    ],
)
async def test_whatever_is_refused_is_problem_details(
    program: Program, method: str, path: str, body: bytes, status: int, code: str
):
    """Unknown addresses, methods and bodies that are no JSON are told in the same form."""
    headers = {"Idempotency-Key": KEY, "Content-Type": "application/json"}
    answer = await program.http.request(method, path, content=body, headers=headers)

    assert (status, code, "about:blank") == (
        answer.status_code,
        answer.json()["code"],
        answer.json()["type"],
    )
    assert "application/problem+json" == answer.headers["content-type"]


async def test_a_bug_is_500_without_its_words(
    program: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """A mistake of ours is told as such; what it says goes to the log only."""

    async def broken(*_: object, **__: object) -> None:
        msg = "secret of the house"
        raise LookupError(msg)

    monkeypatch.setattr("app.api.codes.scan", broken)
    answer = await program.get(f"/codes/{CODE}")

    assert (500, "internal_server_error") == (answer.status_code, answer.json()["code"])
    assert "secret" not in answer.text
    assert "secret of the house" in caplog.text


async def test_what_makes_us_unavailable_stays_in_the_log(
    program: Program, monkeypatch: pytest.MonkeyPatch
):
    """The detail of an unavailable part can name hosts and ids: callers get the title only."""

    class Away(Problem):
        """Something of ours is away."""

        code = "away"
        kind = Kind.UNAVAILABLE
        title = "Something is away"

    async def away(*_: object, **__: object) -> None:
        raise Away("10.0.0.7 does not answer", host="10.0.0.7")

    monkeypatch.setattr("app.api.codes.scan", away)
    answer = await program.get(f"/codes/{CODE}")

    assert (503, "Something is away") == (answer.status_code, answer.json()["detail"])
    assert "10.0.0.7" not in answer.text


def test_every_kind_has_its_status():
    """No kind of problem is without a status."""
    assert set(Kind) == set(STATUS)


# Looking and stopping


async def test_a_session_that_is_not_there(program: Program):
    """An unknown token is 404, whatever is asked of it."""
    paths = ("", "/events", "/receipt.pdf", "/meter.xml")
    codes = [(await program.get(f"/sessions/unknown{path}")).json()["code"] for path in paths]
    stop = await program.post("/sessions/unknown/stop")

    assert ["journey_not_found"] * 5 == [*codes, stop.json()["code"]]


async def test_looking_needs_the_token_only(program: Program):
    """Figures while charging: 10 minutes at 18 kW are 3.000 kWh, at € 0.50 € 1.50."""
    begun = await program.begins_and_plugs_in()
    await program.world.charges(minutes=10, kwh="3.000")
    seen = (await program.get(f"/sessions/{begun['token']}")).json()

    assert ("charging", {"minor": 150, "currency": "EUR"}) == (seen["stage"], seen["live"]["cost"])
    assert 975 == seen["live"]["left_permille"]  # 58.50 of 60 EUR


async def test_time_alone_changes_no_etag(program: Program):
    """A poller gets 304 until something happens to the session."""
    begun = await program.begins_and_plugs_in()
    await program.world.charges(minutes=1, kwh="0.300")
    path = f"/sessions/{begun['token']}"
    first = await program.get(path)
    program.world.clock.advance(seconds=20)
    same = await program.get(path, If_None_Match=first.headers["etag"])
    await program.world.charges(minutes=1, kwh="0.300")
    moved = await program.get(path, If_None_Match=first.headers["etag"])

    assert [304, 200] == [same.status_code, moved.status_code]


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        ("", 401, "unauthorized"),
        ("Bearer ", 401, "unauthorized"),
        ("Basic {control}", 401, "unauthorized"),
        ("{control}", 401, "unauthorized"),
        ("Bearer wrong", 403, "not_yours"),
        ("Bearer {token}", 403, "not_yours"),
    ],
)
async def test_only_the_payer_stops(program: Program, authorization: str, status: int, code: str):
    """Without a control token it is 401, with another one 403, and charging goes on."""
    begun = await program.begins_and_plugs_in()
    header = authorization.format(**begun)
    answer = await program.post(f"/sessions/{begun['token']}/stop", Authorization=header)
    seen = await program.get(f"/sessions/{begun['token']}")

    assert (status, code) == (answer.status_code, answer.json()["code"])
    assert (status == 401) == (answer.headers.get("www-authenticate") == "Bearer")
    assert "charging" == seen.json()["stage"]


async def test_the_payer_stops(program: Program):
    """The answer is the session that is stopping; once more changes nothing."""
    begun = await program.begins_and_plugs_in()
    path = f"/sessions/{begun['token']}/stop"
    answers = [await program.post(path, **bearer(begun)) for _ in range(2)]
    await program.world.worker.run_due()

    assert ["stopping", "stopping"] == [answer.json()["stage"] for answer in answers]
    assert 1 == len(program.world.chargers.stops)


# Receipts


async def test_the_receipt_is_there_at_the_end(program: Program):
    """12.340 kWh x € 0.50 = € 6.17, of € 60 held; the PDF is the payer's."""
    begun = await program.charges_and_stops()
    seen = (await program.get(f"/sessions/{begun['token']}")).json()
    pdf = await program.get(f"/sessions/{begun['token']}/receipt.pdf", **bearer(begun))

    assert ("ended", 617, 5383) == (
        seen["stage"],
        seen["settled"]["charged"]["minor"],
        seen["settled"]["returned"]["minor"],
    )
    assert b"%PDF" == pdf.content[:4]
    assert (
        f'inline; filename="receipt-{seen["settled"]["receipt_number"]}.pdf"'
        == (pdf.headers["content-disposition"])
    )


async def test_a_stranger_gets_no_receipt(program: Program):
    """PDF, meter, mail and invoice are for the payer: with the address alone they are 401."""
    token = (await program.charges_and_stops())["token"]
    answers = [
        await program.get(f"/sessions/{token}/receipt.pdf"),
        await program.get(f"/sessions/{token}/meter.xml"),
        await program.post(f"/sessions/{token}/receipt", {"email": "a@example.com"}),
        await program.post(f"/sessions/{token}/invoice", BUYER),
    ]

    assert [401, 401, 401, 401] == [answer.status_code for answer in answers]
    assert [] == program.world.mailer.mails


async def test_no_receipt_yet(program: Program):
    """Before the end there is none."""
    begun = await program.begins()
    pdf = await program.get(f"/sessions/{begun['token']}/receipt.pdf", **bearer(begun))
    invoice = await program.post(f"/sessions/{begun['token']}/invoice", BUYER, **bearer(begun))

    meter = await program.get(f"/sessions/{begun['token']}/meter.xml", **bearer(begun))

    assert ["no_receipt"] * 2 == [pdf.json()["code"], invoice.json()["code"]]
    assert "no_meter_records" == meter.json()["code"]


async def test_the_receipt_by_mail_three_times(program: Program):
    """Three mails per session; the fourth is 429 with the limit."""
    begun = await program.charges_and_stops()
    path = f"/sessions/{begun['token']}/receipt"
    statuses = []
    for number in range(4):
        body = {"email": f"driver{number}@example.com"}
        answer = await program.post(path, body, **bearer(begun))
        statuses.append(answer.status_code)
        await program.world.worker.run_due()

    assert [200, 200, 200, 429] == statuses
    assert ("too_many_mails", {"limit": 3}) == (answer.json()["code"], answer.json()["facts"])
    assert 3 == len(program.world.mailer.mails)


async def test_an_address_that_is_none(program: Program):
    """What looks like an address and is none is refused, and the field is named."""
    begun = await program.charges_and_stops()
    body = {"email": "a,b@example.com"}
    answer = await program.post(f"/sessions/{begun['token']}/receipt", body, **bearer(begun))

    assert (422, "invalid_mail_address", {"field": "email"}) == (
        answer.status_code,
        answer.json()["code"],
        answer.json()["facts"],
    )


async def test_only_the_payer_reads_the_mail_address(program: Program):
    """Who was sent the address of the page may look, but not learn whose session it is."""
    begun = await program.begins_and_plugs_in()
    path = f"/sessions/{begun['token']}"
    await program.post(f"{path}/receipt", {"email": "driver@example.com"}, **bearer(begun))
    mine = await program.get(path, **bearer(begun))
    theirs = await program.get(path)

    assert ["driver@example.com", None] == [
        mine.json()["receipt_email"],
        theirs.json()["receipt_email"],
    ]


async def test_an_invoice_once(program: Program):
    """The receipt becomes an invoice once; again is 409 with its number."""
    begun = await program.charges_and_stops()
    path = f"/sessions/{begun['token']}/invoice"
    made = await program.post(path, BUYER, **bearer(begun))
    again = await program.post(path, BUYER, **bearer(begun))

    assert (200, True) == (made.status_code, made.json()["settled"]["invoiced"])
    assert (409, "invoice_already_made") == (again.status_code, again.json()["code"])
    assert made.json()["settled"]["receipt_number"] == again.json()["facts"]["number"]


async def test_an_invoice_for_a_company_that_cannot_be(program: Program):
    """A VAT number whose check digits are wrong is 422 and named."""
    begun = await program.charges_and_stops()
    body = {**BUYER, "vat_number": "NL000000000B00"}
    answer = await program.post(f"/sessions/{begun['token']}/invoice", body, **bearer(begun))

    assert (422, "invalid_buyer", {"field": "vat_number"}) == (
        answer.status_code,
        answer.json()["code"],
        answer.json()["facts"],
    )


# Following


@asynccontextmanager
async def following(program: Program, token: str, **headers: str) -> AsyncIterator[asyncio.Queue]:
    """Open the event stream of a session; what is sent comes out of the queue, event by event."""
    sent: asyncio.Queue = asyncio.Queue()
    gone = asyncio.Event()

    async def receive() -> dict[str, object]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, object]) -> None:
        for part in message.get("body", b"").decode().split("\n\n"):
            if part:
                await sent.put(dict(line.split(": ", 1) for line in part.splitlines()))

    path = f"/api/v1/sessions/{token}/events"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("pay.example", 443),
    }
    serving = asyncio.create_task(program.api(scope, receive, send))
    yield sent
    gone.set()
    await asyncio.wait_for(serving, 5)


async def next_session(sent: asyncio.Queue) -> dict:
    """Return the session in the next unnamed event."""
    while True:
        event = await asyncio.wait_for(sent.get(), 5)
        if "event" not in event:
            session = json.loads(event["data"])
            assert str(session["version"]) == event["id"]
            return session


async def test_followers_see_the_whole_state_first(program: Program):
    """The first event comes at once, and is the session as GET answers it."""
    begun = await program.begins_and_plugs_in()
    async with following(program, begun["token"]) as sent:
        first = await next_session(sent)
    seen = (await program.get(f"/sessions/{begun['token']}")).json()

    assert {**seen, "version": 0} == {**first, "version": 0}


async def test_followers_see_what_happens(program: Program):
    """A meter value, then the end: `done` follows when the money has moved."""
    begun = await program.begins_and_plugs_in()
    async with following(program, begun["token"]) as sent:
        await next_session(sent)
        await program.world.charges(minutes=1, kwh="0.300")
        charging = await next_session(sent)
        await program.post(f"/sessions/{begun['token']}/stop", **bearer(begun))
        await program.world.stops()
        await program.world.passes(seconds=5)
        events = []
        while not events or events[-1].get("event") != "done":
            events.append(await asyncio.wait_for(sent.get(), 5))

    # 0.300 kWh x 0.50 EUR/kWh = 0.15 EUR
    assert ("charging", 15) == (charging["stage"], charging["live"]["cost"]["minor"])
    assert "ended" == json.loads(events[-2]["data"])["stage"]


async def test_strangers_who_follow_read_no_address(program: Program):
    """The mail address is in the payer's events only."""
    begun = await program.begins_and_plugs_in()
    body = {"email": "driver@example.com"}
    await program.post(f"/sessions/{begun['token']}/receipt", body, **bearer(begun))
    async with following(program, begun["token"]) as sent:
        await next_session(sent)
        await program.world.charges(minutes=1, kwh="0.300")
        theirs = await next_session(sent)
    async with following(program, begun["token"], **bearer(begun)) as sent:
        mine = await next_session(sent)

    assert [None, "driver@example.com"] == [theirs["receipt_email"], mine["receipt_email"]]


async def test_who_left_hears_nothing(program: Program):
    """A stream that was closed leaves neither a listener nor an open stream behind."""
    begun = await program.begins_and_plugs_in()
    async with following(program, begun["token"]) as sent:
        await next_session(sent)
        listening = dict(program.world.database._live._listeners)

    assert 1 == len(listening)
    assert {} == program.world.database._live._listeners


# Another way to pay


async def test_a_declined_session_is_paid_in_another_way(program: Program):
    """`lost` and `methods` say what to do, and the next payment has a page of its own."""
    begun = (await program.post("/sessions", await program.orders(), Idempotency_Key=KEY)).json()
    way, control = f"/sessions/{begun['token']}", {"Authorization": f"Bearer {begun['control']}"}
    program.world.provider.decline(program.world.payment_ref)
    await program.world.worker.run_due()
    await program.world.sweeps_payments(minutes=2)
    lost = (await program.get(way)).json()
    key = {"Idempotency_Key": "b" * 32}
    answer = await program.post(f"{way}/payment", {"method": "ideal"}, **control, **key)
    again = await program.post(f"{way}/payment", {"method": "ideal"}, **control, **key)
    watcher = await program.post(f"{way}/payment", {"method": "ideal"}, **key)

    assert ("paying", "declined", None) == (lost["stage"], lost["lost"], lost["checkout_url"])
    assert "ideal" in [each["method"] for each in lost["methods"]]
    assert (200, None, "ideal") == (
        answer.status_code,
        answer.json()["lost"],
        answer.json()["method"],
    )
    assert answer.json()["checkout_url"] == again.json()["checkout_url"]
    assert 401 == watcher.status_code
    assert 2 == len(program.world.provider.snapshots)


async def test_a_session_of_an_app_says_so(program: Program):
    """The authorisation knows where the driver agreed: in an app, not on the page."""
    await program.begins()
    origins = program.world.worker.sql.execute("SELECT origin FROM payment").fetchall()

    assert [("app",)] == origins
