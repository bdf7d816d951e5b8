"""A database without a schema: the server under test brings it up itself."""

import itertools
from collections.abc import Iterator

import psycopg
import pytest

from tests.servers import PostgresForTests

_numbers = itertools.count()


@pytest.fixture
def bare_url(postgres: PostgresForTests) -> Iterator[str]:
    """The address of an empty database of this test's own."""
    name = f"bare_{postgres.worker}_{next(_numbers)}"
    postgres.recreate(name)
    yield postgres.url_of(name)
    postgres.drop(name)


@pytest.fixture
def bare_sql(bare_url: str, postgres: PostgresForTests) -> Iterator[psycopg.Connection]:
    """A superuser's connection to that database, which sees every row."""
    with psycopg.connect(postgres.as_admin(bare_url), autocommit=True) as connection:
        yield connection
