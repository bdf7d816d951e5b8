"""The day that the audit looks at."""

import psycopg
import pytest

from tests.audit.day import Day, live_a_day
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.world import open_world, world_reactors


@pytest.fixture
async def day(make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock) -> Day:
    """A day of business, with nothing wrong."""
    return await live_a_day(await open_world(make_database(world_reactors()), sql, clock), sql)
