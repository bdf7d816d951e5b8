"""How long what platforms told is kept, and what becomes of a platform that left."""

from collections.abc import AsyncIterator
from datetime import timedelta

import psycopg
import pytest

from app.infra.database import together
from app.roaming.abroad.read import points_abroad
from app.roaming.forget import (
    KEEP_OF_THE_GONE,
    KEEP_SENT,
    KEEP_SESSIONS,
    forget_platforms,
)
from app.roaming.here.react import roaming_reactors
from app.roaming.platforms.pair import leave, pair
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.abroad import Abroad, abroad
from tests.scenarios.test_guests import order
from tests.scenarios.world import OPERATOR, world_reactors


@pytest.fixture
async def there(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Abroad]:
    """A platform with charge points and drivers."""
    database = make_database(together(world_reactors(), roaming_reactors()))
    async with abroad(database, sql, clock, "2.3.0") as opened:
        yield opened


async def both_ways(there: Abroad) -> None:
    """A driver of ours charges there, and one of theirs here; all is told."""
    await there.peer.commands("START_SESSION", await order(there))
    await there.settles()
    await there.world.starts()
    await there.world.charges(minutes=10, kwh="5")
    await there.world.stops()
    await there.settles()
    await there.pays()
    await there.plugs_in()
    await there.charges(minutes=20, kwh="10")
    await there.ends()


def modules(sql: psycopg.Connection, table: str) -> set[str]:
    """Of which modules there are rows."""
    return {row[0] for row in sql.execute(f"SELECT module FROM {table}")}


async def after(there: Abroad, gone: timedelta) -> None:
    """The night when *gone* has gone by."""
    there.clock.advance(seconds=int(gone.total_seconds()) + 60)
    await forget_platforms(database=there.world.database)


async def test_sessions_go_and_records_stay(there: Abroad, sql: psycopg.Connection):
    """A connected platform keeps all but old sessions; what it took is known for 90 days."""
    await both_ways(there)
    assert {"sessions", "cdrs"} <= modules(sql, "ocpi_object")
    assert {"sessions", "cdrs"} <= modules(sql, "ocpi_sent")

    await after(there, KEEP_SENT)
    sent, told = modules(sql, "ocpi_sent"), modules(sql, "ocpi_object")
    await after(there, KEEP_SESSIONS)

    assert not {"sessions", "cdrs"} & sent
    assert "sessions" in told
    assert {"cdrs", "locations", "tariffs", "tokens"} == modules(sql, "ocpi_object")


async def test_of_a_platform_that_left_records_stay(there: Abroad, sql: psycopg.Connection):
    """A month later nothing is kept of it but what is about money."""
    await both_ways(there)
    await leave("be-charged", operator_id=OPERATOR, desk=there.roaming)
    await after(there, KEEP_OF_THE_GONE - timedelta(days=1))
    before = modules(sql, "ocpi_object")
    await after(there, timedelta(days=1))

    assert "locations" in before
    assert {"cdrs"} == modules(sql, "ocpi_object")
    assert set() == modules(sql, "ocpi_sent")


async def test_sockets_of_a_platform_that_left_are_not_sold(there: Abroad):
    """They are taken away at once, and are there again when it is connected again."""
    await leave("be-charged", operator_id=OPERATOR, desk=there.roaming)
    await there.settles()
    left = await troubles(there)

    url = "https://peer.example/versions"
    await pair("be-charged", url, there.peer.invite(), operator_id=OPERATOR, desk=there.roaming)
    await there.settles()

    assert {"the platform is not connected"} == left
    assert {None} == await troubles(there)
    assert "EUR" == (await there.looks()).price.currency


async def troubles(there: Abroad) -> set[str | None]:
    """Why the sockets of the platform cannot be used."""
    async with there.world.database.work(OPERATOR) as work:
        return {one.point.trouble for one in await points_abroad(work)}
