"""A charge point is paired in a browser by whoever mounts it, with its code and its stickers'."""

import pytest

from app.charging.chargers.pairing.attempts import note_attempt
from app.charging.chargers.pairing.codes import make_code
from app.charging.chargers.pairing.model import CODE_HOLDS, Knock
from app.charging.chargers.read import get_evse
from app.web.stickers.pair import TRIES
from tests.http.site import SAME_ORIGIN, Site
from tests.http.test_abuse import at
from tests.scenarios.world import CODE, IDENTITY, OPERATOR

NEW = "VLT-NEW-1"
UNKNOWN = "This code is unknown, used or expired."
NOT_FREE = "No socket that is free has this code."


async def made(site: Site) -> str:
    """Make a pairing code."""
    async with site.world.database.work(OPERATOR) as work:
        return (await make_code(work, "a test"))[1]


async def knocks(site: Site, code: str, identity: str = NEW) -> None:
    """Let a charge point that nobody knows come with a code."""
    knock = Knock(identity, code.encode(), "192.0.2.7", ("ocpp1.6",))
    await note_attempt(knock, database=site.world.database)


async def owner(site: Site) -> str:
    """Return the charge point that the socket of the world is at."""
    async with site.world.database.work(OPERATOR) as work:
        return (await get_evse(work, "VLT1-1")).identity


async def test_a_charge_point_is_paired_where_it_stands(site: Site):
    """Type the code, see the charge point, type what is on its socket: it is paired, once."""
    code = await made(site)
    await site.world.disconnects()
    before = await site.post("/pair", {"code": code.lower()})
    await knocks(site, code)
    after = await site.post("/pair", {"code": code})
    order = {"code": code, "identity": NEW, "socket1": CODE.lower()}
    paired, again = await site.post("/pair", order), await site.post("/pair", order)

    assert "Pairing code" in (await site.get("/pair")).text
    assert "No charge point has come with this code yet." in before.text
    assert NEW in after.text
    assert "ocpp1.6 · 192.0.2.7" in after.text
    assert "/ocpp/</code>" in after.text
    assert "It is paired" in paired.text
    assert NEW == await owner(site)
    assert UNKNOWN in again.text


@pytest.mark.parametrize("socket", [CODE, "ZZZZ99", "?"])
async def test_no_socket_is_taken_from_a_charge_point_that_works(site: Site, socket: str):
    """One that is connected keeps its own, and a code that nobody has is told."""
    code = await made(site)
    await site.world.connects()
    await knocks(site, code)
    answer = await site.post("/pair", {"code": code, "identity": NEW, "socket1": socket})
    without = await site.post("/pair", {"code": code, "identity": NEW})

    assert NOT_FREE in answer.text
    assert IDENTITY == await owner(site)
    assert "It is paired" in without.text


async def test_a_code_is_needed(site: Site):
    """Nobody sees or pairs anything with a wrong one, an old one, or that of another one."""
    code, other = await made(site), await made(site)
    await knocks(site, code)
    wrong = await site.post("/pair", {"code": "ABCDEFGHJKMNPQRSTUVW"})
    others = await site.post("/pair", {"code": other, "identity": NEW})
    site.world.clock.advance(CODE_HOLDS)
    late = await site.post("/pair", {"code": code})

    assert UNKNOWN in wrong.text
    assert NOT_FREE in others.text
    assert UNKNOWN in late.text
    assert NEW not in wrong.text + others.text + late.text


async def test_who_tries_out_codes_is_slowed_down(site: Site):
    """Sixty an hour from one network: twice as many and one more are too often in some hour."""
    async with at(site.app, "203.0.113.9") as stranger:
        answers = [
            await stranger.post("/pair", data={"code": "X"}, headers=SAME_ORIGIN)
            for _ in range(2 * TRIES.most + 1)
        ]
    foreign = await site.post("/pair", {"code": "X"}, Sec_Fetch_Site="cross-site")

    assert {200, 429} == {each.status_code for each in answers}
    assert 403 == foreign.status_code
