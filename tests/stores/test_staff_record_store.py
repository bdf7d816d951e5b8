"""Rows of the record of what staff did, written by many at once."""

import asyncio
import logging

import psycopg
import pytest

from app.infra.database import EVERY_OPERATOR, Database
from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from app.people.identity.staff.acting import acts, nobody_acts
from app.people.identity.staff.model import INSTALLATION, Deed, Mark
from app.people.identity.staff.verify import last_entries, staff_schedules, verify, verify_one
from tests.fakes.clock import FakeClock
from tests.scenarios.world import OPERATOR

ORDER = KeyOrder("robot", frozenset({Scope.PRICES_READ}))


async def does(database: Database, deed: Deed) -> None:
    """Somebody of staff makes a key."""
    with nobody_acts():
        acts(deed)
        async with database.work(OPERATOR) as work:
            await create_key(work, ORDER)


async def chain_of(database: Database, known: Mark | None = None) -> tuple[int, str]:
    """Return the number of the first broken row, 0 for none, and why."""
    async with database.work(EVERY_OPERATOR) as work:
        chain = await verify_one(work, OPERATOR, known)
    return (0, "") if chain.broken is None else (chain.broken.number, chain.broken.why)


async def test_twenty_at_once_are_one_chain(database: Database):
    """Nobody waits for ever, no number is there twice, no row is left out."""
    async with asyncio.timeout(60):
        await asyncio.gather(*(does(database, Deed(f"key {n}", "x")) for n in range(20)))
    async with database.work(OPERATOR) as work:
        rows = await last_entries(work, OPERATOR, 100)

    assert list(range(1, 21)) == [row.number for row in rows]
    assert {f"key {n}" for n in range(20)} == {row.actor for row in rows}
    assert (0, "") == await chain_of(database)


async def test_a_work_that_fails_leaves_no_row(database: Database):
    """The row is part of the transaction; the same deed may be tried again."""
    with nobody_acts():
        acts(Deed("key 1", "x"))
        with pytest.raises(ZeroDivisionError):
            async with database.work(OPERATOR) as work:
                await create_key(work, ORDER)
                raise ZeroDivisionError
        async with database.work(OPERATOR) as work:
            await create_key(work, ORDER)

    assert [1] == [chain.head.number for chain in await verify(database=database)]


async def test_who_only_looks_leaves_no_row(database: Database):
    """A work that changes nothing is none of the record's business."""
    with nobody_acts():
        acts(Deed("key 1", "x"))
        async with database.work(OPERATOR) as work:
            await last_entries(work, OPERATOR, 1)

    assert [] == await verify(database=database)


async def test_what_is_nobodys_is_the_installations(database: Database):
    """A work over all operators is on record too: the operator's if it is known whose."""
    for operator in (None, OPERATOR, "nobody-is-called-so"):
        with nobody_acts():
            acts(Deed("shell root", "x", operator=operator))
            async with database.work(EVERY_OPERATOR) as work:
                await work.driver.execute("SELECT pg_current_xact_id()")
    found = {chain.operator_id: chain.head.number for chain in await verify(database=database)}

    assert {INSTALLATION: 2, OPERATOR: 1} == found


async def planted(sql: psycopg.Connection, statement: str) -> None:
    """Do what only who owns the database can do."""
    sql.execute("ALTER TABLE staff_record DISABLE TRIGGER final")
    sql.execute(statement)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE staff_record SET actor = 'x' WHERE number = 2", (2, "it was changed")),
        ("UPDATE staff_record SET detail = '{}' WHERE number = 3", (3, "it was changed")),
        ("UPDATE staff_record SET at = at + interval '1 hour'", (1, "it was changed")),
        ("DELETE FROM staff_record WHERE number = 2", (2, "it is missing")),
        ("DELETE FROM staff_record WHERE number = 1", (1, "it is missing")),
        ("DELETE FROM staff_record WHERE number > 3", (0, "")),
    ],
)
async def test_what_somebody_planted_is_found(
    database: Database, sql: psycopg.Connection, statement: str, broken: tuple[int, str]
):
    """The first row that is not what it was; a tail that was cut off needs a mark from outside."""
    for number in range(4):
        await does(database, Deed(f"key {number}", "x", {"id": str(number)}))
    (whole,) = await verify(database=database)
    await planted(sql, statement)

    assert broken == await chain_of(database)
    where, _ = await chain_of(database, whole.head)
    assert where == (broken[0] or 4)


async def test_a_record_written_anew_is_not_the_one_that_was_noted(
    database: Database, sql: psycopg.Connection
):
    """Whoever makes all digests again is found out by a mark that they did not have."""
    for _ in range(3):
        await does(database, Deed("key 1", "x"))
    (noted,) = await verify(database=database)
    await planted(sql, "DELETE FROM staff_record")
    for _ in range(4):
        await does(database, Deed("key 2", "x"))

    assert (0, "") == await chain_of(database)
    assert (3, "it is not the row that was noted") == await chain_of(database, noted.head)


async def test_the_night_notes_the_heads(
    database: Database,
    sql: psycopg.Connection,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
):
    """In the log, outside of the database; a broken record is an error there."""
    assert clock
    await does(database, Deed("key 1", "x"))
    (chain,) = await verify(database=database)
    (schedule,) = staff_schedules(database)
    with caplog.at_level(logging.INFO):
        await schedule.run()
        await planted(sql, "UPDATE staff_record SET action = 'y'")
        await schedule.run()

    assert [
        f"the record of {OPERATOR} ends with {chain.head}",
        f"the record of {OPERATOR} is broken: row 1: it was changed",
    ] == [said.getMessage() for said in caplog.records if "the record of" in said.getMessage()]
