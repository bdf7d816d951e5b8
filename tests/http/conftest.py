"""The pages and the API, opened over the small world of the stories."""

from collections.abc import AsyncIterator

import psycopg
import pytest

from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.http.program import Program, open_program
from tests.http.site import Site, open_site
from tests.scenarios.world import open_world, world_reactors


@pytest.fixture
async def site(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Site]:
    """A browser before the pages of one operator with one free socket."""
    world = await open_world(make_database(world_reactors()), sql, clock)
    async with open_site(world) as opened:
        yield opened


@pytest.fixture
async def program(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Program]:
    """A program at the API of one operator with one free socket."""
    world = await open_world(make_database(world_reactors()), sql, clock)
    async with open_program(world) as opened:
        yield opened
