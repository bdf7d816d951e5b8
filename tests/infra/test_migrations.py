"""The migrations make exactly the schema that the code declares, once, whoever starts first."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from app.infra.embedded.postgres import wheel_binaries
from app.infra.migrations.migrate import MIGRATIONS, SchemaTooNew, migrate
from app.infra.migrations.script import NoWayBack
from tests.servers import PostgresForTests


@pytest.fixture
def empty(postgres: PostgresForTests) -> str:
    """The address of an empty database."""
    name = f"migrated_{postgres.worker}"
    postgres.recreate(name)
    return postgres.url_of(name)


def dump(url: str) -> list[str]:
    """Return the whole schema as sorted lines of SQL, without Alembic's own table."""
    command = [wheel_binaries() / "pg_dump", "--schema-only", "--no-owner", "-d", url]
    command += ["--exclude-table=alembic_version", "--restrict-key=none"]
    text = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    lines = (line.strip().rstrip(",") for line in text.splitlines())
    return sorted(line for line in lines if line and not line.startswith("--"))


def test_migrations_and_code_agree(empty: str, template: str, postgres: PostgresForTests):
    """A migrated database differs in no table, index, policy, trigger or function from the code."""
    migrate(empty)

    assert dump(postgres.url_of(template)) == dump(empty)


def test_migrating_twice_changes_nothing(empty: str):
    """A database that is up to date stays as it is."""
    migrate(empty)
    first = dump(empty)
    migrate(empty)

    assert first == dump(empty)


def test_starters_do_not_race(empty: str):
    """Four processes that migrate a fresh database at once all succeed."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [empty] * 4))
    with psycopg.connect(empty) as connection:
        applied = connection.execute("SELECT count(*) FROM alembic_version").fetchone()

    assert (1,) == applied


def test_a_later_schema_is_refused(empty: str):
    """An older release does not touch a database of a later one, and says so."""
    migrate(empty)
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SchemaTooNew, match="later release"):
        migrate(empty)


def test_no_migration_drops_what_may_hold_money(empty: str):
    """Undoing is refused with what to do instead, and every table stays."""
    migrate(empty)
    before = dump(empty)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(empty.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        with pytest.raises(NoWayBack, match="backup"):
            command.downgrade(config, "base")
    engine.dispose()

    assert before == dump(empty)


def test_every_operators_table_is_guarded(template: str, postgres: PostgresForTests):
    """Row-level security is enabled and forced, with a policy, on every table with an operator."""
    with psycopg.connect(postgres.url_of(template)) as connection:
        guarded = connection.execute("""
            SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid
            WHERE relrowsecurity AND relforcerowsecurity""").fetchall()
        having = connection.execute("""
            SELECT table_name FROM information_schema.columns
            WHERE column_name = 'operator_id' AND table_schema = 'public'""").fetchall()

    assert sorted(having) == sorted(guarded)


def test_the_applications_role_is_bound(template: str, postgres: PostgresForTests):
    """The role that owns the tables is neither superuser nor exempt from row-level security."""
    with psycopg.connect(postgres.url_of(template)) as connection:
        found = connection.execute(
            "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()

    assert (False, False) == found
