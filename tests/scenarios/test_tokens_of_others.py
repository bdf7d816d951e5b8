"""Tokens of other platforms' drivers at our readers, and of ours at theirs."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from app.roaming.tokens.authorise import Verdict, authorise_token
from app.roaming.wire.tokens import LocationReferences
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.abroad import Abroad, abroad
from tests.scenarios.world import OPERATOR, world_reactors

UID = "04AABBCCDD"
PLACE = LocationReferences(location_id="KADE", evse_uids=("VLT1-1",))


@pytest.fixture
async def others(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Abroad]:
    """A platform that is connected, whose tokens were fetched."""
    async with abroad(make_database(world_reactors()), sql, clock, "2.3.0") as opened:
        yield opened


async def presented(others: Abroad, uid: str = UID) -> Verdict | None:
    """Somebody presents a token at a reader of ours."""
    return await authorise_token(uid, PLACE, operator_id=OPERATOR, desk=others.roaming)


async def whitelisted(others: Abroad, whitelist: str, **more: object) -> None:
    """The platform tells of its token anew."""
    others.peer.book.manners.whitelist = whitelist
    others.clock.advance(seconds=1)
    url = others.peer.book.partner.endpoints["tokens", "RECEIVER"]
    token = others.peer.driver() | more
    await others.peer.line.call("PUT", f"{url}/BE/BEC/{UID}", token)


async def test_a_token_is_asked_for_when_its_platform_wants_so(others: Abroad):
    """The platform says yes and gives its reference."""
    verdict = await presented(others)

    assert verdict is not None
    assert (True, True, f"A-{UID}") == (verdict.is_allowed, verdict.is_fresh, verdict.reference)


@pytest.mark.parametrize("word", ["BLOCKED", "EXPIRED", "NO_CREDIT", "NOT_ALLOWED"])
async def test_what_the_platform_says_now_counts(others: Abroad, word: str):
    """A token that was good is refused when its platform refuses it, in its words."""
    others.peer.book.manners.allowed = word

    verdict = await presented(others)

    assert verdict is not None
    assert (word, False) == (verdict.allowed, verdict.is_allowed)


@pytest.mark.parametrize(
    ("whitelist", "allowed"),
    [
        ("ALWAYS", "ALLOWED"),
        ("ALLOWED", "ALLOWED"),
        ("ALLOWED_OFFLINE", "ALLOWED"),
        ("NEVER", "NOT_ALLOWED"),
    ],
)
async def test_a_platform_that_is_away_leaves_it_to_the_whitelist(
    others: Abroad, whitelist: str, allowed: str
):
    """Only who may never be believed is refused."""
    await whitelisted(others, whitelist)
    others.web.away.add("peer.example")

    verdict = await presented(others)

    assert verdict is not None
    assert (allowed, False) == (verdict.allowed, verdict.is_fresh)


async def test_who_is_always_good_is_not_asked_for(others: Abroad):
    """ALWAYS: the stored word counts, and nobody waits."""
    await whitelisted(others, "ALWAYS", valid=False)
    calls = len(others.web.seen)

    verdict = await presented(others)

    assert verdict is not None
    assert "BLOCKED" == verdict.allowed
    assert calls == len(others.web.seen)


async def test_a_token_that_nobody_told_of_is_nobodys(others: Abroad):
    """There is no verdict about a stranger."""
    assert await presented(others, "stranger") is None


async def test_a_change_of_a_token_counts_at_once(others: Abroad):
    """PATCH valid=false blocks it."""
    await whitelisted(others, "ALWAYS")
    url = others.peer.book.partner.endpoints["tokens", "RECEIVER"]
    others.clock.advance(seconds=1)
    news = {"valid": False, "last_updated": "2026-03-02T10:00:00Z"}
    await others.peer.line.call("PATCH", f"{url}/BE/BEC/{UID}", news)

    verdict = await presented(others)

    assert verdict is not None
    assert not verdict.is_allowed


async def test_our_one_time_token_is_good_until_it_is_used(others: Abroad):
    """The platform may ask whether our paid token may charge: before the start it may, once."""
    await others.pays()
    uid = others.peer.book.sessions["S1"].reference
    url = f"{others.peer.book.partner.endpoints['tokens', 'SENDER']}/{uid}/authorize"

    before = await others.peer.line.call("POST", url, {"location_id": "LOC1"})
    await others.plugs_in()
    after = await others.peer.line.call("POST", url, {"location_id": "LOC1"})

    assert ("ALLOWED", "NOT_ALLOWED") == (before["allowed"], after["allowed"])
    with pytest.raises(RuntimeError, match="404"):
        await others.peer.line.call("POST", url.replace(uid, "nobody"))


async def test_the_parties_of_a_hub_are_kept(others: Abroad):
    """Hub client info is taken and can be read again."""
    partner = others.peer.book.partner.endpoints
    url = f"{partner['hubclientinfo', 'RECEIVER']}/DE/XYZ"
    info = {
        "party_id": "XYZ",
        "country_code": "DE",
        "role": "CPO",
        "status": "OFFLINE",
        "last_updated": "2026-03-02T09:00:00Z",
    }

    await others.peer.line.call("PUT", url, info)

    assert info == await others.peer.line.call("GET", url)
