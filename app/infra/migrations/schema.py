"""The whole schema at once: our tables with row-level security, and Procrastinate's job tables."""

from collections.abc import Iterator

import asyncpg
from procrastinate.schema import SchemaManager
from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateSequence, CreateTable

# The setting is made by `Database.work`; without it no row is visible.
_VISIBLE = (
    "current_setting('directpay.operator', true) = '*'"
    " OR operator_id::text = current_setting('directpay.operator', true)"
)

# Procrastinate announces new jobs only; a job that waits for a lock would wait for the next poll.
_WAKE = """
CREATE FUNCTION directpay_wake_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('procrastinate_any_queue_v1',
                      json_build_object('type', 'job_inserted', 'job_id', OLD.id)::text);
    RETURN NULL;
END;
$$;
CREATE TRIGGER directpay_wake_v1 AFTER DELETE OR UPDATE OF status ON procrastinate_jobs
    FOR EACH ROW WHEN (OLD.status = 'doing' AND OLD.lock IS NOT NULL)
    EXECUTE FUNCTION directpay_wake_v1();
"""


# A new job wakes every worker. One that waits for its hour is found by the poll and is announced to
# nobody: commits that announce something wait for each other in the whole server.
_QUIET = """
CREATE OR REPLACE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN (NEW.status = 'todo' AND NEW.scheduled_at IS NULL)
    EXECUTE FUNCTION procrastinate_notify_queue_job_inserted_v1();
"""


async def create_schema(url: str, metadata: MetaData) -> None:
    """Create every table of *metadata* and the job tables in the empty database at *url*."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(job_schema())
            await connection.execute(";\n".join(our_schema(metadata)))
    finally:
        await connection.close()


def job_schema() -> str:
    """Return the SQL script that makes Procrastinate's tables and functions, and our triggers."""
    return SchemaManager.get_schema() + _WAKE + _QUIET


def our_schema(metadata: MetaData, only: frozenset[str] = frozenset()) -> Iterator[str]:
    """
    Yield the statements that make sequences, tables, indexes and policies, in order.

    *only* names the tables (and sequences) that are wanted; empty means all of them.
    """
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # not annotated by SQLAlchemy
    for sequence in metadata._sequences.values():  # noqa: SLF001 - the only list of them there is
        if not only or sequence.name in only:
            yield str(CreateSequence(sequence).compile(dialect=dialect))
    for table in metadata.sorted_tables:
        if only and table.name not in only:
            continue
        yield str(CreateTable(table).compile(dialect=dialect))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=dialect))
        if table.info.get("operator"):
            yield from row_level_security(table)
        if table.info.get("final"):
            yield from final_rows(table)
        yield from table.info.get("also", ())


def row_level_security(table: Table) -> Iterator[str]:
    """Yield the statements that show the rows of *table* to their own operator's work only."""
    yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY operator ON {table.name} USING ({_VISIBLE})"


def final_rows(table: Table) -> Iterator[str]:
    """Yield the statements that keep everybody from changing or deleting a row of *table*."""
    yield f"""
CREATE FUNCTION refuse_change_of_{table.name}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'the rows of {table.name} are never changed or deleted';
END
$body$"""
    yield (
        f"CREATE TRIGGER final BEFORE UPDATE OR DELETE ON {table.name}"
        f" FOR EACH ROW EXECUTE FUNCTION refuse_change_of_{table.name}()"
    )
