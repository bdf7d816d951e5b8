"""Which statements of which account were fetched, and what they held."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

table = operator_table(
    "statement_fetch",
    Column("account_id", Uuid, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("tried_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Column("new_lines", Integer, nullable=False),
    Column("in_suspense", Integer, nullable=False),
    Column("said", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Fetch:
    """
    One statement: a report by its notice's *key*, or a balance that is read again and again.

    It is complete *until* then; *said* is why it could not be read the last time.
    """

    account_id: UUID
    key: str
    tried_at: datetime
    until: datetime | None = None
    new_lines: int = 0
    in_suspense: int = 0
    said: str = ""


async def find_fetch(work: Work, account_id: UUID, key: str) -> Fetch | None:
    """Return how a statement was fetched the last time, or None."""
    found = await fetches(work, account_id, (key,))
    return found[0] if found else None


async def fetches(work: Work, account_id: UUID, keys: Collection[str]) -> list[Fetch]:
    """Return those of the statements that were fetched."""
    columns = [table.c[name] for name in Fetch.__slots__]
    asked = scoped(table, work, *columns).where(
        table.c.account_id == account_id, table.c.key.in_(keys)
    )
    return [Fetch(**row) for row in (await work.execute(asked)).mappings()]


async def put_fetch(work: Work, fetch: Fetch) -> None:
    """Store how a statement was fetched."""
    values = {"operator_id": work.operator_id, **asdict(fetch)}
    await work.execute(
        insert(table)
        .values(values)
        .on_conflict_do_update(index_elements=["operator_id", "account_id", "key"], set_=values)
    )
