"""Bring a database to this release's schema; safe to start from several processes at once."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from app.kernel.errors import Kind, Problem
from app.kernel.parts import part

MIGRATIONS: Final = Path(__file__).parent
# Any number, as long as nobody else in this database uses it for something else.
_LOCK: Final = 20_011_118


class SchemaTooNew(Problem):
    """The database was migrated by a later release than this one."""

    code = "schema_too_new"
    kind = Kind.UNAVAILABLE
    title = "The database belongs to a later release"


def migrate(url: str) -> None:
    """Apply what is missing at *url*, one starter at a time. Raises SchemaTooNew."""
    engine = create_engine(_for_psycopg(url), poolclass=NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard:
        guard.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        with engine.connect() as connection:
            _upgrade(connection)


def is_current(connection: Connection) -> bool:
    """Tell whether the schema is the one that this release expects."""
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return False
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found == head()


def head() -> str:
    """Return the last revision of this release: each one's file begins with its number."""
    return max(file.name for file in (MIGRATIONS / "versions").glob("[0-9]*.py")).split("_")[0]


def _upgrade(connection: Connection) -> None:
    if is_current(connection):
        return
    connection.rollback()
    # With it comes Alembic, for which a server that serves has no use.
    part("app.infra.migrations.upgrade").upgrade(connection)


def _for_psycopg(url: str) -> str:
    scheme, rest = url.split("://", 1)
    return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else url
