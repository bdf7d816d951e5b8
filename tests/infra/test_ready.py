"""Statements made ready: they write and read the same as through SQLAlchemy."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    bindparam,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.infra.database import EVERY_OPERATOR, Database
from app.infra.defer import Driver
from app.infra.question import Question, answer, ask, needed
from app.infra.ready import ConstraintBroken, Look, Ready
from app.infra.tables import UtcDateTime
from app.kernel.errors import Kind, Problem

things = Table(
    "things",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("number", BigInteger),
    Column("exact", Numeric(18, 3)),
    Column("owner", Uuid),
    Column("at", UtcDateTime),
    Column("body", LargeBinary),
    Column("state", JSONB),
    Column("open", Boolean),
)
CREATE = (
    "CREATE TABLE things (name text PRIMARY KEY, number bigint, exact numeric(18, 3), owner uuid,"
    " at timestamptz, body bytea, state jsonb, open boolean)"
)
WHOLE = {
    "name": "whole",
    "number": 2**53 + 1,
    "exact": Decimal("900719925474099.125"),
    "owner": UUID(int=7),
    "at": datetime(2026, 3, 29, 1, 0, 0, 1, tzinfo=UTC),
    "body": b"\x00\xff",
    "state": {"a": [1, None, "x"], "b": {"c": True}},
    "open": True,
}
EMPTY = dict.fromkeys(WHOLE, None) | {"name": "empty"}
NAMED = select(things).where(things.c.name == bindparam("of_name"))


@pytest.fixture(autouse=True)
async def _things(database: Database) -> None:
    async with database.work(EVERY_OPERATOR) as work:
        await work.execute(text(CREATE))
        await work.execute(insert(things), [WHOLE, EMPTY])


@pytest.mark.parametrize("row", [WHOLE, EMPTY], ids=["whole", "empty"])
async def test_a_ready_statement_reads_what_sqlalchemy_reads(database: Database, row):
    """Every type that a table of ours has comes back as the same value."""
    key = {"of_name": row["name"]}
    async with database.work(EVERY_OPERATOR) as work:
        plain = (await work.execute(NAMED, key)).one()
        ready = await work.row(Ready(NAMED), key)

    assert row == ready._asdict()
    assert tuple(plain) == tuple(ready)
    assert [type(value) for value in row.values()] == [
        UUID if isinstance(value, UUID) else type(value) for value in ready
    ]


@pytest.mark.parametrize("row", [WHOLE, EMPTY], ids=["whole", "empty"])
async def test_a_ready_update_writes_what_it_is_given(database: Database, row):
    """The columns that it was made for get the values, whatever their type."""
    others = {name: value for name, value in row.items() if name != "name"}
    change = Ready(update(things).where(things.c.name == bindparam("of_name")), *others)
    async with database.work(EVERY_OPERATOR) as work:
        await work.rows(change, {"of_name": "empty"} | others)
        found = (await work.execute(NAMED, {"of_name": "empty"})).one()

    assert others | {"name": "empty"} == found._asdict()


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
async def test_the_first_and_the_last_instant_are_read_with_their_zone(
    database: Database, at: datetime
):
    """What others mean by "for ever" is read as it was written: asyncpg has no zone for it."""
    async with database.work(EVERY_OPERATOR) as work:
        await work.execute(update(things).where(things.c.name == "empty").values(at=at))
        found = (await work.execute(NAMED, {"of_name": "empty"})).one()

    assert at == found.at


async def test_a_naive_instant_is_refused(database: Database):
    """An instant without a zone never reaches the database on the quick way either."""
    change = Ready(update(things), "at")
    async with database.work(EVERY_OPERATOR) as work:
        with pytest.raises(ValueError, match="without a time zone"):
            await work.rows(change, {"at": datetime(2026, 1, 1)})  # noqa: DTZ001


async def test_nothing_found_is_none(database: Database):
    """A row that is not there is None, and rows that are not there are no rows."""
    ready = Ready(NAMED)
    async with database.work(EVERY_OPERATOR) as work:
        row = await work.row(ready, {"of_name": "nobody"})
        rows = await work.rows(ready, {"of_name": "nobody"})

    assert (None, []) == (row, rows)


async def test_a_broken_constraint_is_named(database: Database):
    """Whoever knows what it means tells it in its own words."""
    twice = Ready(update(things), "name")
    with pytest.raises(ConstraintBroken) as broken:
        async with database.work(EVERY_OPERATOR) as work:
            await work.rows(twice, {"name": "same"})

    assert "things_pkey" == broken.value.constraint


class Counting:
    """A driver that counts the round trips."""

    def __init__(self, driver: Driver) -> None:
        """Run on *driver*."""
        self.driver = driver
        self.trips = 0

    async def fetch(self, query: str, *arguments: object) -> Sequence[object]:
        """Run *query*."""
        self.trips += 1
        return await self.driver.fetch(query, *arguments)


NUMBER = Ready(
    select(things.c.number, things.c.owner).where(
        things.c.name == bindparam("of_name"), things.c.open == bindparam("is_open")
    )
)


@pytest.mark.parametrize("first", ["whole", "empty", "nobody"])
@pytest.mark.parametrize("second", ["whole", "nobody"])
async def test_two_questions_are_answered_in_one_round_trip(database: Database, first, second):
    """Each answer is what it would be alone: a row, a row of nothing, or no row."""
    named = Question(Ready(NAMED), {"of_name": first}, lambda row, _: row and row._asdict())
    number = Question(NUMBER, {"of_name": second, "is_open": True}, lambda row, now: (row, now))
    async with database.work(EVERY_OPERATOR) as work:
        counting = Counting(work.driver)
        look = Look(counting, work.now, work.ids)
        answer, (row, now) = await ask(look, named, number)

    assert 1 == counting.trips
    assert {"whole": WHOLE, "empty": EMPTY, "nobody": None}[first] == answer
    assert {"whole": (2**53 + 1, UUID(int=7)), "nobody": None}[second] == (row and tuple(row))
    assert work.now == now


async def test_many_questions_are_answered_in_one_round_trip(database: Database):
    """Each has its own values, however many came before, and the answers are in their order."""
    names = ["whole", "nobody", "empty", *["whole"] * 5, "nobody"]
    questions = [
        Question(NUMBER, {"of_name": name, "is_open": True}, lambda row, _: row and row.number)
        for name in names
    ]
    asked = Question(Ready(NAMED), {"of_name": "empty"}, lambda row, _: row and row.name)
    async with database.work(EVERY_OPERATOR) as work:
        counting = Counting(work.driver)
        look = Look(counting, work.now, work.ids)
        answers = await ask(look, *questions, asked)

    known = {"whole": 2**53 + 1}
    assert 1 == counting.trips
    assert (*(known.get(name) for name in names), "empty") == answers


class Missing(Problem):
    """It is not there."""

    code = "missing"
    kind = Kind.NOT_FOUND
    title = "Not there"


async def test_what_has_to_be_there_is_missed(database: Database):
    """A needed answer is the same as without the need, and its problem where there is none."""

    def number_of(name: str) -> Question[int | None]:
        values = {"of_name": name, "is_open": True}
        return Question(NUMBER, values, lambda row, _: row and row.number)

    async with database.work(EVERY_OPERATOR) as work:
        assert 2**53 + 1 == await answer(work, needed(number_of("whole"), Missing("whole")))
        with pytest.raises(Missing):
            await answer(work, needed(number_of("nobody"), Missing("nobody")))


@pytest.mark.parametrize("number", ["1.10", str(2**64 + 1), str(10**400), f"{10**400}.5"])
async def test_json_is_read_as_python_reads_it(database: Database, number: str):
    """Numbers of a document, however large, are what Python's own decoder makes of them."""
    async with database.work(EVERY_OPERATOR) as work:
        row = (await work.execute(text(f"SELECT jsonb '[{number}]' AS told"))).one()

    assert json.loads(f"[{number}]") == row.told
