"""The work list."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Text, Uuid, and_, update
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

work_list = operator_table(
    "work_list",
    Column("item_id", Uuid, primary_key=True),
    Column("payment_id", Uuid, nullable=False),
    Column("operation_id", Uuid),
    Column("reason", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("resolution", Text),
    Index(
        "ix_work_list_open",
        "operator_id",
        "opened_at",
        postgresql_where="resolved_at IS NULL",
    ),
)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A row of the work list."""

    item_id: UUID
    payment_id: UUID
    operation_id: UUID | None
    reason: str
    amount_minor: int
    currency: str
    detail: str
    opened_at: datetime


async def add_item(work: Work, item: ItemRow) -> bool:
    """Add *item*; return False when it is there already."""
    values: dict[str, Any] = {"operator_id": work.operator_id, **asdict(item)}
    added = insert(work_list).values(values).on_conflict_do_nothing().returning(work_list.c.item_id)
    return (await work.execute(added)).scalar_one_or_none() is not None


async def open_items(work: Work) -> list[ItemRow]:
    """Return what is open, oldest first."""
    table = work_list
    columns = [table.c[name] for name in ItemRow.__slots__]
    asked = scoped(table, work, *columns).where(table.c.resolved_at.is_(None))
    found = await work.execute(asked.order_by(table.c.opened_at, table.c.item_id))
    return [ItemRow(**row) for row in found.mappings()]


async def close_item(work: Work, item_id: UUID, resolution: str) -> bool:
    """Close the item; return False when there is no such open item."""
    table = work_list
    mine = and_(
        table.c.operator_id == work.operator_id,
        table.c.item_id == item_id,
        table.c.resolved_at.is_(None),
    )
    closed = (
        update(table)
        .where(mine)
        .values(resolved_at=work.now, resolution=resolution)
        .returning(table.c.item_id)
    )
    return (await work.execute(closed)).scalar_one_or_none() is not None
