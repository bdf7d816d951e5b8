"""The fixtures every test may use: real servers, a clock that stands still, a fresh database."""

import asyncio
import importlib
import itertools
import pkgutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

import app
from app.infra.database import Database, Reactors, engine
from app.infra.live import MemoryLiveBus
from app.infra.migrations.schema import create_schema
from app.infra.tables import metadata
from app.kernel.ids import RandomIds
from app.people.identity.staff.record import witness
from app.pricing.tariffs.compiled.compile import forget_plans
from tests.fakes.clock import FakeClock
from tests.servers import PostgresForTests, postgres_for_tests, redis_for_tests

MakeDatabase = Callable[..., Database]
TEMPLATE = "directpay_template"
APP = Path(__file__).parent.parent / "app"
_numbers = itertools.count()
# No test is timed: a full machine is slow. What CI has for a profile stays otherwise.
settings.register_profile(
    "house", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


def pytest_collection_finish() -> None:
    """
    Load every module of ours before the first test.

    Hypothesis takes examples from the constants of our modules: one that is loaded in the middle
    of a test, as parts are, would change what a test is given, and Hypothesis calls that flaky.
    """
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name != "app.infra.migrations.env":  # Alembic runs it
            importlib.import_module(module.name)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still on Monday 2 March 2026, 09:00 UTC."""
    return FakeClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresForTests]:
    """A real PostgreSQL: TEST_DATABASE_URL (of a superuser), else the wheel's."""
    with postgres_for_tests() as server:
        yield server


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Redis: TEST_REDIS_URL, else the wheel's, else the system's, else Debian's package."""
    with redis_for_tests() as url:
        yield url


@pytest.fixture(scope="session")
def template(postgres: PostgresForTests) -> str:
    """The name of a database with the whole schema, from which each test gets its copy."""
    name = f"{TEMPLATE}_{postgres.worker}"
    postgres.recreate(name)
    for store in sorted(APP.glob("**/store.py")):
        if "sandbox" in store.parts:
            continue
        importlib.import_module(".".join(store.relative_to(APP.parent).with_suffix("").parts))
    asyncio.run(create_schema(postgres.url_of(name), metadata))
    return name


@pytest.fixture
def postgres_url(postgres: PostgresForTests, template: str) -> Iterator[str]:
    """The address of a database of this test's own, with the whole schema and no rows."""
    name = f"test_{postgres.worker}_{next(_numbers)}"
    postgres.recreate(name, template=template)
    yield postgres.url_of(name)
    postgres.drop(name)


@pytest.fixture
async def make_database(postgres_url: str, clock: FakeClock) -> AsyncIterator[MakeDatabase]:
    """Make a `Database` on this test's own PostgreSQL database: `make_database(reactors={...})`."""
    forget_plans()
    made: list[Database] = []

    def make(reactors: Reactors | None = None, *, pool_size: int = 5) -> Database:
        database = Database(
            engine(postgres_url, pool_size=pool_size),
            clock=clock,
            ids=RandomIds(),
            live=MemoryLiveBus(),
            reactors=reactors or {},
            witness=witness,
        )
        made.append(database)
        return database

    yield make
    for database in made:
        await database.close()


@pytest.fixture
def database(make_database: MakeDatabase) -> Database:
    """A fresh database to which nobody reacts."""
    return make_database()


@pytest.fixture
def sql(postgres_url: str, postgres: PostgresForTests) -> Iterator[psycopg.Connection]:
    """A superuser's connection to this test's database, which sees every row."""
    with psycopg.connect(postgres.as_admin(postgres_url), autocommit=True) as connection:
        yield connection
