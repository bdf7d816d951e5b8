"""A driver's sessions: begun signed in, claimed later, and nobody else's."""

from io import BytesIO
from urllib.parse import quote

from pypdf import PdfReader

from app.charging.chargers.model import EvseStatus
from app.pricing.tariffs.choice.model import Rule
from app.pricing.tariffs.choice.write import write_rule
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from tests.fakes.clock import FakeClock
from tests.http.program import KEY, Program, bearer
from tests.http.test_api_sign_in import shows, signs_in
from tests.http.test_own_price import ACME, OF_FLEETS, has_groups
from tests.scenarios.world import CODE, OPERATOR


async def begins_signed_in(program: Program, tokens: dict[str, str]) -> dict[str, str]:
    """Begin a session as a driver who is signed in."""
    orders = await program.orders()
    answer = await program.post("/sessions", orders, Idempotency_Key=KEY, **shows(tokens))
    assert 201 == answer.status_code, answer.text
    return answer.json()


async def listed(program: Program, tokens: dict[str, str], query: str = "") -> list[dict]:
    """The sessions in the driver's history."""
    answer = await program.get(f"/me/sessions{query}", **shows(tokens))
    assert 200 == answer.status_code, answer.text
    return answer.json()["sessions"]


async def test_a_session_begun_signed_in_is_in_the_history(program: Program):
    """At once, with the place; when it is over with energy, price and receipt number."""
    tokens = await signs_in(program)
    begun = await begins_signed_in(program, tokens)
    (under_way,) = await listed(program, tokens)
    assert (begun["token"], "paying") == (under_way["token"], under_way["stage"])
    assert ("Kade", None) == (under_way["location"], under_way["charged"])
    program.world.provider.approve(program.world.payment_ref)
    await program.world.webhook()
    await program.world.starts()
    await program.world.charges(minutes=30, kwh="12.340")
    tokens = (
        await program.post("/sign-in/refresh", {"refresh_token": tokens["refresh_token"]})
    ).json()
    stopped = await program.post(f"/sessions/{begun['token']}/stop", **shows(tokens))
    assert 200 == stopped.status_code
    await program.world.worker.run_due()
    await program.world.stops()
    await program.world.passes(seconds=5)

    (over,) = await listed(program, tokens)
    assert ("ended", "charged") == (over["stage"], over["ending"])
    assert ("12.34", {"minor": 617, "currency": "EUR"}) == (over["energy_kwh"], over["charged"])
    pdf = await program.http.get(
        f"/api/v1/sessions/{begun['token']}/receipt.pdf", headers=shows(tokens)
    )
    assert (200, over["receipt_number"]) == (pdf.status_code, over["receipt_number"])


async def test_the_history_is_taken_away_as_a_file(program: Program):
    """A table with local times, a PDF; days without sessions give empty ones."""
    begun = await program.charges_and_stops()
    tokens = await signs_in(program)
    await program.post("/me/sessions", _proof(begun), **shows(tokens))
    path = "/me/sessions/file?from=2026-03-01&to=2026-03-02"
    table = await program.http.get(f"/api/v1{path}&as=csv", headers=shows(tokens))
    pdf = await program.get(f"{path}&locale=nl", **shows(tokens))
    empty = await program.http.get(
        "/api/v1/me/sessions/file?from=2026-03-03&to=2026-03-03&as=csv", headers=shows(tokens)
    )
    wrong = await program.get("/me/sessions/file?from=2026-03-03&to=2026-03-02", **shows(tokens))

    head, row = table.text.splitlines()
    assert "receipt,began_at,ended_at,location,city,evse_id,energy_kwh,charged,currency" == head
    assert row.endswith(",Kade,Rotterdam,NL*VLT*E1*1,12.34,6.17,EUR"), row
    assert "+01:00," in row
    assert [head] == empty.text.splitlines()
    assert b"%PDF" == pdf.content[:4]
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.content)).pages)
    assert "Je laadsessies" in text
    assert "€ 6,17" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert (422, "invalid_request") == (wrong.status_code, wrong.json()["code"])


async def test_an_app_sees_and_pays_its_drivers_own_price(program: Program):
    """€ 0.30 with the access token, € 0.50 without; the order is for the price that was shown."""
    async with program.world.database.work(OPERATOR) as work:
        await publish_tariff(work, parse_tariff(OF_FLEETS))
        await write_rule(work, Rule("acme", "fleets", ACME, reason="a contract for 300 cars"))
    await has_groups(program.world, "fleet:ACME")
    tokens = await signs_in(program)
    own = (await program.get(f"/codes/{CODE}", **shows(tokens))).json()["price"]
    assert ("fleets", "0.3") == (own["tariff_id"], own["components"][0]["price"])
    assert "per-kwh" == (await program.get(f"/codes/{CODE}")).json()["price"]["tariff_id"]
    stranger = await program.orders(tariff_id="fleets", tariff_version=own["tariff_version"])
    refused = await program.post("/sessions", stranger, Idempotency_Key=KEY)
    assert "tariff_changed" == refused.json()["code"]

    begun = await program.post("/sessions", stranger, Idempotency_Key=KEY, **shows(tokens))
    assert 201 == begun.status_code
    agreed = (await program.get(f"/sessions/{begun.json()['token']}")).json()["agreed"]
    assert "fleets" == agreed["tariff_id"]


async def test_an_anonymous_session_is_claimed_by_its_payer(program: Program):
    """With the control token it is in the history, as often as it is sent; before it is not."""
    begun = await program.charges_and_stops()
    tokens = await signs_in(program)
    assert [] == await listed(program, tokens)
    for _ in range(2):
        claimed = await program.post("/me/sessions", _proof(begun), **shows(tokens))
        assert 204 == claimed.status_code

    assert [begun["token"]] == [each["token"] for each in await listed(program, tokens)]


async def test_a_shared_link_claims_nothing(program: Program):
    """Neither does a token that is made up, nor a second driver with the payer's proof."""
    begun = await program.charges_and_stops()
    anna = await signs_in(program)
    mallory = await signs_in(program, email="mallory@example.com")
    guess = {"token": begun["token"], "control": begun["token"]}
    assert (
        "not_yours" == (await program.post("/me/sessions", guess, **shows(mallory))).json()["code"]
    )
    nowhere = {"token": "x" * 27, "control": begun["control"]}
    unknown = await program.post("/me/sessions", nowhere, **shows(mallory))
    assert "journey_not_found" == unknown.json()["code"]
    await program.post("/me/sessions", _proof(begun), **shows(anna))

    late = await program.post("/me/sessions", _proof(begun), **shows(mallory))
    assert (403, "not_yours") == (late.status_code, late.json()["code"])
    assert [] == await listed(program, mallory)


async def test_another_driver_may_only_look(program: Program):
    """A signed-in stranger with the link sees the session and stops nothing."""
    anna = await signs_in(program)
    mallory = await signs_in(program, email="mallory@example.com")
    begun = await begins_signed_in(program, anna)

    assert 200 == (await program.get(f"/sessions/{begun['token']}", **shows(mallory))).status_code
    refused = await program.post(f"/sessions/{begun['token']}/stop", **shows(mallory))
    assert (403, "not_yours") == (refused.status_code, refused.json()["code"])
    assert (
        200 == (await program.post(f"/sessions/{begun['token']}/stop", **bearer(begun))).status_code
    )


async def test_a_token_that_is_over_is_said_so(program: Program, clock: FakeClock):
    """The app is told to refresh, and never taken for a stranger."""
    tokens = await signs_in(program)
    begun = await begins_signed_in(program, tokens)
    clock.advance(minutes=16)
    late = {"Idempotency_Key": "k" * 22, **shows(tokens)}
    for answer in (
        await program.get(f"/sessions/{begun['token']}", **shows(tokens)),
        await program.post(f"/sessions/{begun['token']}/stop", **shows(tokens)),
        await program.post("/sessions", await program.orders(), **late),
    ):
        assert (401, "not_signed_in") == (answer.status_code, answer.json()["code"])


async def test_the_history_comes_page_by_page(program: Program, clock: FakeClock):
    """Newest first, by cursor and by time; what is no cursor or instant is said so."""
    tokens = await signs_in(program)
    made = []
    for number in range(3):
        orders = await program.orders()
        key = f"key-{number}-0123456789abcdef"
        answer = await program.post("/sessions", orders, Idempotency_Key=key, **shows(tokens))
        assert 201 == answer.status_code, answer.text
        made.insert(0, answer.json()["token"])
        await program.post(f"/sessions/{made[0]}/stop", **shows(tokens))
        await program.world.worker.run_due()
        clock.advance(seconds=10)
    first = (await program.get("/me/sessions?limit=2", **shows(tokens))).json()
    rest = await program.get(f"/me/sessions?limit=2&cursor={first['next_cursor']}", **shows(tokens))

    assert made[:2] == [each["token"] for each in first["sessions"]]
    assert made[2:] == [each["token"] for each in rest.json()["sessions"]]
    assert rest.json()["next_cursor"] is None
    since = first["sessions"][0]["began_at"]
    assert made[:1] == [each["token"] for each in await listed(program, tokens, f"?from={since}")]
    assert made[1:] == [each["token"] for each in await listed(program, tokens, f"?to={since}")]
    for query in ("cursor=x", "cursor=2026-03-02T09:00:00Z~x", "from=2026-03-02T09:00:00"):
        wrong = await program.get(f"/me/sessions?{query}", **shows(tokens))
        assert (422, "invalid_request") == (wrong.status_code, wrong.json()["code"]), query


def _proof(begun: dict[str, str]) -> dict[str, str]:
    return {"token": begun["token"], "control": begun["control"]}


async def test_the_history_is_filtered(program: Program):
    """By month of the place, words of the place, and how sessions stand; the file likewise."""
    begun = await program.charges_and_stops()
    who = shows(tokens := await signs_in(program))
    await program.post("/me/sessions", _proof(begun), **who)
    await program.world.reports(EvseStatus.AVAILABLE)
    order = await program.orders()
    running = await program.post("/sessions", order, Idempotency_Key=f"{KEY}-2", **who)
    under_way = running.json()["token"]

    async def found(query: str) -> list[str]:
        return [each["token"] for each in await listed(program, tokens, query)]

    async def filed(query: str) -> int:
        days = "from=2026-03-01&to=2026-03-31&as=csv"
        path = f"/api/v1/me/sessions/file?{days}{query}"
        return len((await program.http.get(path, headers=who)).text.splitlines()) - 1

    both = [under_way, begun["token"]]
    assert both == await found("?month=2026-03")
    assert [] == await found("?month=2026-02")
    assert both == await found("?q=ROTTERDAM%20kade")
    assert both == await found("?q=nl*vlt")
    assert [] == await found("?q=Utrecht")
    assert [under_way] == await found("?state=under_way")
    assert [begun["token"]] == await found("?state=charged&month=2026-03")
    assert [] == await found("?state=nothing")
    assert [1, 0] == [await filed("&q=kade"), await filed("&q=utrecht")]
    assert 422 == (await program.get("/me/sessions?month=2026-13", **who)).status_code


async def test_pages_of_some_sessions_go_on(program: Program):
    """Sessions that do not fit stand between those that do; each comes once, whatever the page."""
    tokens = await signs_in(program)
    every: list[str] = []
    for number in range(3):
        begun = await program.post(
            "/sessions", await program.orders(), Idempotency_Key=f"{KEY}-{number}", **shows(tokens)
        )
        every.insert(0, begun.json()["token"])
        await program.post(f"/sessions/{every[0]}/stop", **shows(tokens))
        await program.world.worker.run_due()
        await program.world.passes(seconds=1)
    seen: list[str] = []
    goes_on = ""
    for _ in range(4):
        query = f"?state=nothing&limit=1{goes_on}"
        page = (await program.get(f"/me/sessions{query}", **shows(tokens))).json()
        seen += [each["token"] for each in page["sessions"]]
        if page["next_cursor"] is None:
            break
        goes_on = f"&cursor={quote(page['next_cursor'])}"

    assert every == seen
    assert [] == await listed(program, tokens, "?state=charged&limit=1")
