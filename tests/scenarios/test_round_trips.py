"""How often the pages that everybody looks at ask the database: each time costs the process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from asyncpg import Connection
from asyncpg.connection import LoggedQuery

from app.infra.database import Database
from tests.scenarios.world import World


@asynccontextmanager
async def asked(database: Database) -> AsyncIterator[list[str]]:
    """Note what is asked on the connection that was used last: who waits for answers uses one."""
    queries: list[str] = []

    def note(record: LoggedQuery) -> None:
        queries.append(record.query)

    async with database.look() as look:
        connection = cast("Connection", look.driver)
    connection.add_query_logger(note)
    yield queries
    await asyncio.sleep(0)  # the driver tells of a query a turn later
    connection.remove_query_logger(note)


async def test_a_session_that_is_over_is_six_round_trips(world: World):
    """It is found, and between begin and commit all that is known, its payment, its samples."""
    await world.pays_and_plugs_in()
    await world.charges(minutes=30, kwh="12.340")
    await world.stops()
    await world.passes(seconds=5)
    before = await world.sees()
    async with asked(world.database) as queries:
        after = await world.sees()

    assert before.settled == after.settled
    assert after.settled is not None
    assert 6 == len(queries), queries


async def test_a_page_that_nobody_looked_at_is_six_statements(world: World):
    """Point, tariff, what the operator sells, campaigns, accounts; then the state of now."""
    await world.looks()
    async with asked(world.database) as queries:
        await world.looks()

    around = [query for query in queries if query.startswith(("BEGIN", "COMMIT"))]
    assert 2 == len(around)
    assert 6 + 2 == len(queries), queries
