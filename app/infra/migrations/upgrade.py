"""Applies what a database lacks; loaded only for a database that is not of this release."""

import logging

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from app.infra.migrations.migrate import MIGRATIONS, SchemaTooNew

logger = logging.getLogger(__name__)


def upgrade(connection: Connection) -> None:
    """Bring the database to this release's schema. Raises SchemaTooNew."""
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
