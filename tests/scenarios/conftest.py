"""The world of the stories."""

import psycopg
import pytest

from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.world import World, open_world, world_reactors


@pytest.fixture
async def world(make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock) -> World:
    """One operator with one socket, free and waiting for a driver."""
    return await open_world(make_database(world_reactors()), sql, clock)
