"""How tables are declared: one metadata, the operator first in every key, instants in UTC."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, MetaData, Select, Table, Uuid, select
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

from app.infra.database import Work

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored as timestamptz and read back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive instant."""
        if value is not None and value.tzinfo is None:
            msg = "an instant without a time zone"
            raise ValueError(msg)
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant in UTC; the first and the last of all come without a zone."""
        if value is None or value.tzinfo is not None:
            return None if value is None else value.astimezone(UTC)
        return value.replace(tzinfo=UTC)  # infinity, for asyncpg


def operator_table(name: str, *items: SchemaItem) -> Table:
    """
    Declare a table whose rows belong to an operator.

    It gets `operator_id` as the first column of its primary key (mark the other key columns with
    `primary_key=True`), and row-level security by the migration that creates it.
    """
    operator = Column("operator_id", Uuid, primary_key=True)
    return Table(name, metadata, operator, *items, info={"operator": True})


def scoped(table: Table, work: Work, *columns: Any) -> Select[Any]:  # noqa: ANN401
    """Select *columns* (default: all) of the rows that belong to the work's operator."""
    return select(*(columns or (table,))).where(table.c.operator_id == work.operator_id)
