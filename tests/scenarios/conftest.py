"""The world of the stories."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.world import World, open_world, world_reactors


@pytest.fixture
async def world(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[World]:
    """One operator with one socket, free and waiting for a driver; the books are right after."""
    opened = await open_world(make_database(world_reactors()), sql, clock)
    yield opened
    assert [] == await breaches(opened.database)
