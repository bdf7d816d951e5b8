"""What an operator's programs change is on record, with the change itself or not at all."""

import hashlib
import json

import psycopg
import pytest

from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from app.people.identity.staff.model import Entry
from app.people.identity.staff.verify import last_entries, verify
from tests.http.program import KEY, Program
from tests.http.test_api_refunds import WAY, known, limited, part
from tests.scenarios.world import OPERATOR


async def entries(program: Program) -> list[tuple[int, str, str]]:
    """Return number, actor and action of every row."""
    return [(each.number, each.actor, each.action) for each in await rows(program)]


async def rows(program: Program) -> list[Entry]:
    """Return every row of the operator's record."""
    async with program.world.database.work(OPERATOR) as work:
        return list(await last_entries(work, OPERATOR, 100))


async def key_of(program: Program, name: str, *scopes: Scope) -> tuple[dict[str, str], str]:
    """Return the header of a new key, and what the record calls it."""
    async with program.world.database.work(OPERATOR) as work:
        key, text = await create_key(work, KeyOrder(name, frozenset(scopes)))
    return {"Authorization": f"Bearer {text}"}, f"key {key.prefix} ({name})"


async def test_what_keys_change_is_on_record(program: Program):
    """One row for each order: which key, what, on what; drivers and questions leave none."""
    await limited(program, 100)
    await program.charges_and_stops()
    assert [] == await entries(program)
    head, called = await key_of(program, "head of desk", *Scope)
    desk = await known(program, "help desk")
    asked = (await program.post(WAY, part(200), **desk)).json()
    await program.get(WAY, **desk)
    await program.post(f"{WAY}/{asked['id']}/approve", **head)
    await program.world.worker.run_due()

    found = await rows(program)
    assert ["askRefund", "approveRefund"] == [each.action for each in found]
    assert called == found[1].actor
    assert asked["id"] in json.loads(found[1].detail).values()
    assert [None] == [chain.broken for chain in await verify(database=program.world.database)]


async def test_an_order_that_comes_twice_is_done_once(program: Program):
    """And is on record once: the second time nothing is changed."""
    await program.charges_and_stops()
    desk = await known(program, "help desk")
    for _ in range(2):
        answer = await program.post(WAY, part(200), **desk)
        assert 201 == answer.status_code

    assert [1] == [number for number, _, _ in await entries(program)]


async def test_what_was_refused_is_not_on_record(program: Program):
    """Nothing was changed: no scope, no such receipt, no key."""
    reader, _ = await key_of(program, "reader", Scope.REFUNDS_READ)
    desk = await known(program, "help desk")
    for header in (reader, desk, {"Authorization": "Bearer dpk_x"}):
        answer = await program.post(WAY, part(200), **header)
        assert answer.status_code in {401, 403, 404}

    assert [] == await entries(program)


async def test_who_acted_is_forgotten_with_the_request(program: Program):
    """What comes after an order of staff, in the same task even, is not theirs."""
    await program.charges_and_stops()
    await program.post(WAY, part(200), **await known(program, "help desk"))
    before = await entries(program)
    await program.begins()

    assert 1 == len(before)
    assert before == await entries(program)


async def test_of_a_body_there_is_a_digest(program: Program):
    """It tells which order it was to whoever has it, and nothing to anybody else."""
    await program.charges_and_stops()
    desk = {**await known(program, "help desk"), "Idempotency_Key": KEY}
    answer = await program.post(WAY, part(200), **desk)
    (row,) = await rows(program)

    sent = hashlib.sha256(answer.request.content).hexdigest()
    assert {"body_sha256": sent} == json.loads(row.detail)


async def test_the_database_refuses_to_change_the_record(program: Program, sql: psycopg.Connection):
    """Whoever may write rows may neither change nor delete them, nor empty the table."""
    await program.charges_and_stops()
    await program.post(WAY, part(200), **await known(program, "help desk"))
    for statement in (
        "UPDATE staff_record SET actor = 'nobody'",
        "DELETE FROM staff_record",
        "TRUNCATE staff_record",
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="never changed or deleted"):
            sql.execute(statement)

    assert [1] == [number for number, _, _ in await entries(program)]
