"""Bring a database to this release's schema; safe to start from several processes at once."""

import logging
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from app.kernel.errors import Kind, Problem

logger = logging.getLogger(__name__)
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
    found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _upgrade(connection: Connection) -> None:
    if is_current(connection):
        return
    connection.rollback()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        if "Can't locate revision" not in str(error):
            raise
        raise SchemaTooNew(
            "The database was migrated by a later release: start that one, or restore a backup."
        ) from error
    connection.commit()
    logger.info("the database has this release's schema now")


def _for_psycopg(url: str) -> str:
    scheme, rest = url.split("://", 1)
    return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else url
