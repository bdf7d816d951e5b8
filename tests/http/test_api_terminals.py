"""Card terminals in the API: an operator's program sees how they are, prompts and aborts."""

import pytest

from app.charging.chargers.model import EvseStatus
from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from tests.http.program import Program
from tests.scenarios.bay import DEVICE, LEFT, RIGHT, TERMINAL, Bay, open_bay
from tests.scenarios.world import OPERATOR

WAY = "/operator/terminals"
PROMPT, ABORT = f"{WAY}/{TERMINAL}/prompt", f"{WAY}/{TERMINAL}/abort"
BOTH = (Scope.TERMINALS_READ, Scope.TERMINALS_WRITE)


@pytest.fixture
async def bay(program: Program) -> Bay:
    """Two sockets and a terminal."""
    return await open_bay(program.world)


async def key(program: Program, *scopes: Scope) -> dict[str, str]:
    """Return the header of a new key."""
    async with program.world.database.work(OPERATOR) as work:
        _, text = await create_key(work, KeyOrder("kiosk", frozenset(scopes or BOTH)))
    return {"Authorization": f"Bearer {text}"}


async def test_a_kiosk_chooses_and_the_driver_taps(program: Program, bay: Bay):
    """Prompted twice it is one prompt; listed as asking, then as running; the socket charges."""
    kiosk = await key(program)
    idle = (await program.get(WAY, **kiosk)).json()["terminals"]
    asked = await program.post(PROMPT, {"evse_uid": RIGHT}, **kiosk)
    await program.world.worker.run_due()
    again = await program.post(PROMPT, {"evse_uid": RIGHT}, **kiosk)
    (asking,) = (await program.get(WAY, **kiosk)).json()["terminals"]
    await bay.taps()
    (running,) = (await program.get(WAY, **kiosk)).json()["terminals"]

    assert [(TERMINAL, "online", [LEFT, RIGHT], [])] == [
        (each["id"], each["status"], each["evse_uids"], each["prompts"]) for each in idle
    ]
    assert (200, "waiting") == (asked.status_code, asked.json()["state"])
    assert asked.json()["id"] == again.json()["id"]
    assert [(RIGHT, "asking")] == [(each["evse_uid"], each["state"]) for each in asking["prompts"]]
    assert ["running"] == [each["state"] for each in running["prompts"]]
    assert 2 == program.world.chargers.starts[-1].evse_no


async def test_an_abort_ends_what_is_asked(program: Program, bay: Bay):
    """The terminal is free again, nothing is held, and a second abort finds nothing."""
    kiosk = await key(program)
    await bay.plugs(bay.left)
    await bay.plugs(bay.right)
    ended = (await program.post(ABORT, {}, **kiosk)).json()["prompts"]
    await program.world.worker.run_due()
    again = (await program.post(ABORT, {}, **kiosk)).json()["prompts"]
    (after,) = (await program.get(WAY, **kiosk)).json()["terminals"]

    assert [LEFT, RIGHT] == [each["evse_uid"] for each in ended]
    assert [] == again
    assert [] == after["prompts"]
    assert None is bay.asks
    assert "abort" in bay.terminals.log


async def test_what_can_not_be_asked(program: Program, bay: Bay):
    """Each with its problem: no such terminal, another's socket, offline, and taken."""
    kiosk = await key(program)
    unknown = await program.post(f"{WAY}/nowhere/prompt", {"evse_uid": LEFT}, **kiosk)
    foreign = await program.post(PROMPT, {"evse_uid": "AMS-1"}, **kiosk)
    await bay.left.reports(EvseStatus.CHARGING)
    taken = await program.post(PROMPT, {"evse_uid": LEFT}, **kiosk)
    bay.terminals.offline = True
    offline = await program.post(PROMPT, {"evse_uid": RIGHT}, **kiosk)
    (listed,) = (await program.get(WAY, **kiosk)).json()["terminals"]

    answers = [unknown, foreign, taken, offline]
    assert [
        (404, "terminal_not_found"),
        (422, "terminal_serves_another"),
        (409, "point_busy"),
        (503, "terminal_offline"),
    ] == [(each.status_code, each.json()["code"]) for each in answers]
    assert "offline" == listed["status"]
    assert DEVICE == listed["device"]


async def test_a_key_needs_the_scope(program: Program, bay: Bay):
    """Who may only look can't prompt."""
    looker = await key(program, Scope.TERMINALS_READ)
    seen = await program.get(WAY, **looker)
    refused = await program.post(PROMPT, {"evse_uid": LEFT}, **looker)

    assert 200 == seen.status_code
    assert (403, "scope_missing") == (refused.status_code, refused.json()["code"])
    assert None is bay.asks
