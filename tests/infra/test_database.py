"""The unit of work: what commits together, what is seen by whom, what a failure leaves behind."""

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid5

import psycopg
import pytest
from sqlalchemy import Column, MetaData, Table, Text, Uuid, func, insert, select, text

from app.infra.database import EVERY_OPERATOR, Database, DatabaseUnavailable, Work, engine
from app.infra.live import MemoryLiveBus
from app.infra.migrations.schema import row_level_security
from app.infra.ready import Ready
from app.kernel.events import Event
from app.kernel.ids import RandomIds
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.servers import PostgresForTests

NORTH = uuid5(UUID(int=1), "north")
SOUTH = uuid5(UUID(int=1), "south")
notes = Table(
    "notes",
    MetaData(),
    Column("operator_id", Uuid, primary_key=True),
    Column("name", Text, primary_key=True),
)


@dataclass(frozen=True)
class Noted(Event):
    """Somebody noted something."""

    name: str


class Refused(Exception):
    """Raised in the middle of a work."""


@pytest.fixture(autouse=True)
async def _notes(database: Database) -> None:
    create = "CREATE TABLE notes (operator_id uuid, name text, PRIMARY KEY (operator_id, name))"
    async with database.work(EVERY_OPERATOR) as work:
        for statement in (create, *row_level_security(notes)):
            await work.execute(text(statement))


async def note(work: Work, name: str, operator: UUID = NORTH) -> None:
    """Write a note."""
    await work.execute(insert(notes).values(operator_id=operator, name=name))


async def seen(database: Database, scope=EVERY_OPERATOR) -> list[str]:
    """Return the names of the notes that *scope* can see."""
    async with database.work(scope) as work:
        return sorted((await work.execute(select(notes.c.name))).scalars())


def jobs(sql: psycopg.Connection, *columns: str) -> list[tuple]:
    """Return the *columns* of all jobs."""
    return sql.execute(
        f"SELECT {', '.join(columns)} FROM procrastinate_jobs ORDER BY id"
    ).fetchall()


async def test_work_commits_at_the_end_of_the_block(database: Database):
    """What the block did is there for the next."""
    async with database.work(NORTH) as work:
        await note(work, "kept")

    assert ["kept"] == await seen(database)


async def test_work_rolls_back_when_the_block_raises(database: Database):
    """An exception undoes the block's work and is passed on."""
    with pytest.raises(Refused):
        async with database.work(NORTH) as work:
            await note(work, "lost")
            raise Refused

    assert [] == await seen(database)


async def test_a_failed_statement_undoes_the_whole_work(database: Database):
    """A duplicate key leaves nothing of the work, and the connection is good for the next one."""
    async with database.work(NORTH) as work:
        await note(work, "first")
    with pytest.raises(Exception, match="duplicate key"):
        async with database.work(NORTH) as work:
            await note(work, "second")
            await note(work, "first")

    assert ["first"] == await seen(database)


async def test_jobs_are_enqueued_by_the_commit(database: Database, sql: psycopg.Connection):
    """A job waits in the queue when the work commits; its arguments carry the operator."""
    async with database.work(NORTH) as work:
        work.defer("notes.print", lock="printer", copies=2)
        before = jobs(sql, "task_name")

    assert [] == before
    expected = [("notes.print", "printer", {"copies": 2, "operator_id": str(NORTH)}, "todo")]
    assert expected == jobs(sql, "task_name", "lock", "args", "status::text")


async def test_jobs_go_down_with_their_work(database: Database, sql: psycopg.Connection):
    """No job is left of a work that rolled back."""
    with pytest.raises(Refused):
        async with database.work(NORTH) as work:
            work.defer("notes.print")
            raise Refused

    assert [] == jobs(sql, "id")


async def test_a_job_may_wait_for_its_hour(
    database: Database, sql: psycopg.Connection, clock: FakeClock
):
    """The earliest start of a job is stored with it."""
    later = clock.now().replace(hour=23)
    async with database.work(NORTH) as work:
        work.defer("notes.print", at=later)

    assert [(later,)] == jobs(sql, "scheduled_at")


async def test_one_waiting_job_per_queueing_lock(database: Database, sql: psycopg.Connection):
    """While a job waits, a second one with the same queueing lock is not added, from any work."""
    async with database.work(NORTH) as work:
        work.defer("notes.print", queueing_lock="print", copies=1)
        work.defer("notes.print", queueing_lock="print", copies=2)
    async with database.work(NORTH) as work:
        work.defer("notes.print", queueing_lock="print", copies=3)
        work.defer("notes.scan", queueing_lock="scan")

    assert [("notes.print",), ("notes.scan",)] == jobs(sql, "task_name")


async def test_racing_works_add_one_job(database: Database, sql: psycopg.Connection):
    """Ten works that defer the same waiting job at once all succeed and leave one job."""

    async def defer() -> None:
        async with database.work(NORTH) as work:
            work.defer("notes.print", queueing_lock="print")
            await asyncio.sleep(0.01)

    await asyncio.gather(*(defer() for _ in range(10)))

    assert [("notes.print",)] == jobs(sql, "task_name")


async def test_events_are_told_inside_the_transaction(make_database: MakeDatabase):
    """A reactor writes with the work that emitted: both are there, or neither."""

    async def copy(work: Work, event: Noted) -> None:
        await note(work, f"copy of {event.name}")

    database = make_database({Noted: [copy]})
    async with database.work(NORTH) as work:
        await note(work, "a")
        await work.emit(Noted("a"))
    with pytest.raises(Refused):
        async with database.work(NORTH) as work:
            await work.emit(Noted("b"))
            raise Refused

    assert ["a", "copy of a"] == await seen(database)


async def test_live_messages_follow_the_commit(postgres_url: str, clock: FakeClock):
    """A listener hears of a work only after its commit, and never of one that rolled back."""
    live, heard = MemoryLiveBus(), []
    database = Database(engine(postgres_url), clock=clock, ids=RandomIds(), live=live, reactors={})
    live.subscribe("notes", heard.append)
    async with database.work(NORTH) as work:
        work.publish("notes", b"first")
        before = list(heard)
    with pytest.raises(Refused):
        async with database.work(NORTH) as work:
            work.publish("notes", b"second")
            raise Refused
    await database.close()

    assert ([], [b"first"]) == (before, heard)


async def test_an_operator_sees_only_its_own_rows(database: Database):
    """Row-level security hides the rows of others even when a query forgets to ask for its own."""
    async with database.work(NORTH) as work:
        await note(work, "north's", NORTH)
    async with database.work(SOUTH) as work:
        await note(work, "south's", SOUTH)

    assert ["north's"] == await seen(database, NORTH)
    assert ["south's"] == await seen(database, SOUTH)
    assert ["north's", "south's"] == await seen(database)


async def test_an_operator_cannot_write_for_another(database: Database):
    """A row of another operator is refused by the database itself."""
    with pytest.raises(Exception, match="row-level security"):
        async with database.work(NORTH) as work:
            await note(work, "forged", SOUTH)

    assert [] == await seen(database)


async def test_no_scope_outlives_its_work(make_database: MakeDatabase):
    """The next work on the same connection is not allowed more than its own scope."""
    database = make_database(pool_size=1)
    async with database.work(EVERY_OPERATOR) as work:
        await note(work, "north's", NORTH)
        await note(work, "south's", SOUTH)

    assert ["south's"] == await seen(database, SOUTH)


@pytest.mark.parametrize("blows", [1, 2, 5])
async def test_a_cancelled_work_leaves_no_trace(make_database: MakeDatabase, blows: int):
    """
    Cancelled in the middle of a statement, once or again and again, a work is rolled back.

    The pool of a single connection proves that the next work gets a clean one.
    """
    database = make_database(pool_size=1)

    async def slow() -> None:
        async with database.work(NORTH) as work:
            await note(work, "lost")
            await work.execute(text("SELECT pg_sleep(5)"))

    task = asyncio.create_task(slow())
    await asyncio.sleep(0.15)
    for _ in range(blows):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task

    for _ in range(3):  # the connection, and those that may overflow
        assert [] == await asyncio.wait_for(seen(database), 3)


async def test_cancelled_at_any_moment_all_or_nothing(
    make_database: MakeDatabase, sql: psycopg.Connection
):
    """Wherever the cancellation strikes, the row and its job are both there or both not."""
    database = make_database(pool_size=2)

    async def one(number: int) -> None:
        async with database.work(NORTH) as work:
            await note(work, f"{number:03}")
            work.defer("notes.print", number=number)

    for number in range(60):
        task = asyncio.create_task(one(number))
        await asyncio.sleep(0.0001 * number)
        task.cancel()
        await asyncio.wait([task])

    rows = [int(name) for name in await seen(database)]
    assert rows == sorted(args["number"] for (args,) in jobs(sql, "args"))


async def test_work_goes_on_after_postgres_dropped_every_connection(
    database: Database, sql: psycopg.Connection
):
    """Connections that the server closed are replaced: the next work does not notice."""
    async with database.work(NORTH) as work:
        await note(work, "before")
    sql.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'directpay'"
    )
    await asyncio.sleep(0.1)
    async with database.work(NORTH) as work:
        await note(work, "after")

    assert ["after", "before"] == await seen(database)


async def test_a_look_sees_every_operator_and_needs_no_transaction(database: Database):
    """Statements that only read run each for itself; what commits meanwhile is seen by the next."""
    count = Ready(select(func.count().label("many")).select_from(notes))
    async with database.look() as look:
        before = await look.row(count, {})
        async with database.work(NORTH) as work:
            await note(work, "north")
        async with database.work(SOUTH) as work:
            await note(work, "south", SOUTH)
        after = await look.row(count, {})

    assert (0, 2) == (before.many, after.many)


async def test_what_a_look_may_see_no_work_may(database: Database):
    """A connection that a look has used shows a work only its own operator again."""
    async with database.look() as look:
        await look.rows(Ready(select(notes.c.name)), {})
    async with database.work(NORTH) as work:
        await note(work, "north")

    assert ["north"] == await seen(database, NORTH)
    assert [] == await seen(database, SOUTH)


async def test_a_look_finds_a_connection_after_the_server_dropped_all(
    database: Database, sql: psycopg.Connection
):
    """Those that broke meanwhile are replaced."""
    names = Ready(select(notes.c.name))
    async with database.look() as look:
        await look.rows(names, {})
    sql.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'directpay'"
    )
    await asyncio.sleep(0.1)
    async with database.look() as look:
        assert [] == await look.rows(names, {})


async def test_a_look_without_a_database_says_so():
    """Nobody answers: the page that says so, not an error of the driver."""
    pool = engine("postgresql://nobody:nothing@127.0.0.1:1/none")
    nowhere = Database(pool, clock=FakeClock(), ids=RandomIds(), live=MemoryLiveBus(), reactors={})
    with pytest.raises(DatabaseUnavailable):
        async with nowhere.look():
            pass


async def test_a_look_at_a_server_that_refuses_says_so(postgres: PostgresForTests):
    """A server that answers and lets nobody in, as while it starts, is no answer either."""
    pool = engine(postgres.url_of("that_is_not_there"))
    refused = Database(pool, clock=FakeClock(), ids=RandomIds(), live=MemoryLiveBus(), reactors={})
    with pytest.raises(DatabaseUnavailable):
        async with refused.look():
            pass
