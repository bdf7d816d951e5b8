"""The handshake, both ways: tokens A, B and C, rotation, and the end."""

from base64 import b64encode
from collections.abc import AsyncIterator

import pytest

from app.hooks.ocpi.application import MOST_BODY_BYTES
from app.infra.database import Database
from app.roaming.errors import OcpiNotOffered, PlatformTrouble
from app.roaming.platforms.find import link_to, platform_of_name
from app.roaming.platforms.model import PlatformState
from app.roaming.platforms.pair import invite, leave, pair, rotate
from app.roaming.ports import PeerRequest
from tests.fakes.clock import FakeClock
from tests.roaming.town import FLUX, VOLT, Side, Town, town


@pytest.fixture
async def both(database: Database, clock: FakeClock) -> AsyncIterator[Town]:
    """Volt and Flux, who do not know each other yet."""
    async with town(database, clock) as opened:
        yield opened


async def invited(side: Side, name: str) -> str:
    """A person at *side* makes token A for *name*."""
    async with side.desk.database.work(side.operator_id) as work:
        return await invite(work, name)


async def paired(both: Town) -> None:
    """Flux invites Volt, and Volt registers there."""
    token = await invited(both.flux, "volt")
    url = both.flux.desk.versions_url
    await pair("flux", url, token, operator_id=VOLT, desk=both.volt.desk)


async def state(side: Side, name: str) -> PlatformState:
    """How *side* stands with *name*."""
    async with side.desk.database.work(side.operator_id) as work:
        return (await platform_of_name(work, name)).state


async def can_call(caller: Side, name: str) -> bool:
    """Whether what *caller* keeps of *name* opens its door."""
    async with caller.desk.database.work(caller.operator_id) as work:
        platform = await platform_of_name(work, name)
        link = await link_to(work, platform, desk=caller.desk)
    assert platform.versions_url is not None
    request = PeerRequest("GET", platform.versions_url)
    return (await caller.desk.peers.call(link, request)).is_success


async def test_after_the_handshake_each_calls_the_other(both: Town):
    """Token A leads to B and C; both sides know version, roles and modules of the other."""
    await paired(both)

    assert await can_call(both.volt, "flux")
    assert await can_call(both.flux, "volt")
    async with both.flux.desk.database.work(FLUX) as work:
        volt = await platform_of_name(work, "volt")
    assert (PlatformState.CONNECTED, "2.3.0") == (volt.state, volt.version)
    assert {("CPO", "VLT"), ("EMSP", "VLT")} == {(one.role, one.party_id) for one in volt.roles}
    assert "https://volt.example/ocpi/2.3.0/credentials" == volt.url_of("credentials", "SENDER")


async def test_token_a_is_good_for_one_registration(both: Town):
    """After registering, the token by which one was invited opens nothing."""
    token = await invited(both.flux, "volt")
    url = both.flux.desk.versions_url
    await pair("flux", url, token, operator_id=VOLT, desk=both.volt.desk)

    answer, _ = await both.flux.asked(f"Token {token}", "GET", "/versions")

    assert 401 == answer.status_code


async def test_no_token_is_kept_as_it_is(both: Town, sql):
    """Of what is presented here a digest is kept, of what is presented there a sealed text."""
    token = await invited(both.flux, "volt")
    await pair("flux", both.flux.desk.versions_url, token, operator_id=VOLT, desk=both.volt.desk)
    async with both.volt.desk.database.work(VOLT) as work:
        platform = await platform_of_name(work, "flux")
        secret = (await link_to(work, platform, desk=both.volt.desk)).token

    kept = str(sql.execute("SELECT ocpi_platform::text FROM ocpi_platform").fetchall())

    assert token not in kept
    assert secret not in kept


@pytest.mark.parametrize("spelling", ["raw", "base64"])
async def test_both_spellings_of_a_token_are_taken(both: Town, spelling: str):
    """OCPI wants base64 in the header; many platforms send the token as it is."""
    token = await invited(both.flux, "volt")
    text = token if spelling == "raw" else b64encode(token.encode()).decode()

    answer, told = await both.flux.asked(f"Token {text}", "GET", "/versions")

    assert 200 == answer.status_code
    assert ["2.3.0", "2.2.1"] == [one["version"] for one in told["data"]]


@pytest.mark.parametrize("header", ["", "Token", "Token nobody", "Bearer x", "Token " + "x" * 600])
async def test_who_is_not_known_is_not_let_in(both: Town, header: str):
    """401, in OCPI's envelope."""
    answer, told = await both.flux.asked(header, "GET", "/versions")

    assert 401 == answer.status_code
    assert 2001 == told["status_code"]
    assert "data" not in told


async def test_an_invitation_opens_no_other_module(both: Town):
    """Token A is for versions and credentials, whatever else exists."""
    token = await invited(both.flux, "volt")

    details, told = await both.flux.asked(f"Token {token}", "GET", "/2.2.1")
    sessions, _ = await both.flux.asked(f"Token {token}", "GET", "/2.2.1/sender/sessions")

    assert 200 == details.status_code
    assert "2.2.1" == told["data"]["version"]
    assert sessions.status_code in {401, 404}


async def test_rotation_changes_both_tokens(both: Town, clock: FakeClock):
    """After a PUT both have new tokens; the old one of this side is good for one day more."""
    await paired(both)
    async with both.volt.desk.database.work(VOLT) as work:
        platform = await platform_of_name(work, "flux")
        before = await link_to(work, platform, desk=both.volt.desk)

    await rotate("flux", operator_id=VOLT, desk=both.volt.desk)

    request = PeerRequest("GET", both.flux.desk.versions_url)
    assert await can_call(both.volt, "flux")
    assert await can_call(both.flux, "volt")
    assert (await both.volt.desk.peers.call(before, request)).is_success
    clock.advance(hours=25)
    assert 401 == (await both.volt.desk.peers.call(before, request)).http
    assert await can_call(both.volt, "flux")


async def test_a_rotation_that_got_lost_locks_nobody_out(both: Town):
    """When the other side does not answer, what was good stays good."""
    await paired(both)
    both.web.away.add("flux.example")
    with pytest.raises(PlatformTrouble):
        await rotate("flux", operator_id=VOLT, desk=both.volt.desk)
    both.web.away.clear()

    assert await can_call(both.volt, "flux")
    assert await can_call(both.flux, "volt")


async def test_leaving_ends_it_on_both_sides(both: Town):
    """DELETE: neither side lets the other in, and both say so."""
    await paired(both)

    assert await leave("flux", operator_id=VOLT, desk=both.volt.desk)

    assert PlatformState.GONE == await state(both.volt, "flux")
    assert PlatformState.GONE == await state(both.flux, "volt")


async def test_who_left_can_come_back(both: Town):
    """A platform of the same name can be invited again."""
    await paired(both)
    await leave("flux", operator_id=VOLT, desk=both.volt.desk)

    await paired(both)

    assert await can_call(both.volt, "flux")


async def test_who_is_connected_does_not_register_again(both: Town):
    """POST is for the first time: then OCPI answers 405; and nobody pairs over a connection."""
    await paired(both)
    async with both.volt.desk.database.work(VOLT) as work:
        platform = await platform_of_name(work, "flux")
        link = await link_to(work, platform, desk=both.volt.desk)
    body = b'{"token": "t", "url": "https://volt.example/ocpi/versions", "roles": []}'
    url = "https://flux.example/ocpi/2.3.0/credentials"

    reply = await both.volt.desk.peers.call(link, PeerRequest("POST", url, body))

    assert 405 == reply.http
    with pytest.raises(OcpiNotOffered):
        await paired(both)


async def test_a_platform_that_cannot_be_looked_at_is_not_registered(both: Town):
    """OCPI 3001: its versions do not answer, so nothing is agreed on."""
    token = await invited(both.flux, "volt")
    body = {"token": "b", "url": "https://nobody.example/ocpi/versions", "roles": []}

    answer, told = await both.flux.asked(f"Token {token}", "POST", "/2.2.1/credentials", json=body)

    assert (200, 3001) == (answer.status_code, told["status_code"])
    assert PlatformState.INVITED == await state(both.flux, "volt")


@pytest.mark.parametrize(
    ("method", "path", "body", "http", "status"),
    [
        ("POST", "/2.2.1/credentials", "{", 400, 2001),
        ("POST", "/2.2.1/credentials", '{"token": "t"}', 200, 2001),
        ("GET", "/2.1.1", "", 404, 3002),
        ("GET", "/2.2.1/nothing/here", "", 404, 2000),
        ("GET", "/", "", 404, 2000),
        ("PATCH", "/2.2.1/credentials", "{}", 405, 2000),
        ("PUT", "/2.2.1/credentials", '{"token": "t", "url": "u"}', 405, 2000),
        ("DELETE", "/2.2.1/credentials", "", 405, 2000),
    ],
)
async def test_what_is_wrong_is_told_as_ocpi_wants(
    both: Town, method: str, path: str, body: str, http: int, status: int
):
    """What is no JSON or leads nowhere fails in HTTP; the rest in the envelope."""
    token = await invited(both.flux, "volt")

    answer, told = await both.flux.asked(f"Token {token}", method, path, content=body)

    assert (http, status) == (answer.status_code, told["status_code"])
    assert told["status_message"]


async def test_ids_and_parties_come_back(both: Town):
    """X-Request-ID and X-Correlation-ID are echoed; from and to change places."""
    token = await invited(both.flux, "volt")
    headers = {
        "X-Request-ID": "r",
        "X-Correlation-ID": "c",
        "OCPI-from-country-code": "NL",
        "OCPI-from-party-id": "VLT",
        "OCPI-to-country-code": "DE",
        "OCPI-to-party-id": "FLX",
    }

    answer, _ = await both.flux.asked(f"Token {token}", "GET", "/versions", headers=headers)

    back = answer.headers
    assert ("r", "c") == (back["X-Request-ID"], back["X-Correlation-ID"])
    assert ("DE", "FLX") == (back["OCPI-from-country-code"], back["OCPI-from-party-id"])
    assert ("NL", "VLT") == (back["OCPI-to-country-code"], back["OCPI-to-party-id"])


async def test_our_calls_say_who_calls_whom(both: Town):
    """Every call has its ids; a connected platform is told the parties."""
    await paired(both)
    assert await can_call(both.volt, "flux")

    sent = both.web.seen[-1].headers

    assert {"x-request-id", "x-correlation-id"} <= set(sent)
    assert ("NL", "VLT") == (sent["OCPI-from-country-code"], sent["OCPI-from-party-id"])
    assert ("DE", "FLX") == (sent["OCPI-to-country-code"], sent["OCPI-to-party-id"])


async def test_strangers_are_counted(both: Town):
    """Whoever tries tokens is told to wait: 429 and for how long."""
    for _ in range(60):
        answer, _ = await both.flux.asked("Token guess", "GET", "/versions")
        assert 401 == answer.status_code

    answer, told = await both.flux.asked("Token guess", "GET", "/versions")

    assert 429 == answer.status_code
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert 2000 == told["status_code"]


async def test_a_call_has_an_end(both: Town):
    """A body that no object of OCPI can need is not read; one that it can need is."""
    token = await invited(both.flux, "volt")
    path = "/2.3.0/credentials"

    long, told = await both.flux.asked(
        f"Token {token}", "POST", path, content=b" " * (MOST_BODY_BYTES + 1)
    )
    fair, _ = await both.flux.asked(f"Token {token}", "POST", path, content=b" " * MOST_BODY_BYTES)

    assert (413, 2000) == (long.status_code, told["status_code"])
    assert 400 == fair.status_code
