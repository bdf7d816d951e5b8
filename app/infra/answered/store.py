"""Answered orders in the database: digests and sealed bytes, so they belong to no operator."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, Row, Table, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, metadata

answered = Table(
    "answered_order",
    metadata,
    Column("order_digest", LargeBinary, primary_key=True),
    Column("body_digest", LargeBinary, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary),
)
_a = answered.c
Index("ix_answered_order_began_at", _a.began_at)


async def add(work: Work, order: bytes, body: bytes) -> bool:
    """Insert an order that begins now; tell whether it is new."""
    values = {"order_digest": order, "body_digest": body, "began_at": work.now}
    statement = insert(answered).values(values).on_conflict_do_nothing()
    return (await work.execute(statement.returning(_a.order_digest))).one_or_none() is not None


async def lock(work: Work, order: bytes) -> Row[Any] | None:
    """Return the order with its row locked, or None."""
    query = select(answered).where(_a.order_digest == order).with_for_update()
    return (await work.execute(query)).one_or_none()


async def begin_again(work: Work, order: bytes) -> None:
    """Note that the order begins now."""
    await work.execute(
        update(answered).where(_a.order_digest == order).values(began_at=work.now, sealed=None)
    )


async def keep(work: Work, order: bytes, sealed: bytes) -> None:
    """Keep what the order was answered."""
    await work.execute(update(answered).where(_a.order_digest == order).values(sealed=sealed))


async def forget(work: Work, order: bytes) -> None:
    """Delete an order that was not carried out."""
    await work.execute(delete(answered).where(_a.order_digest == order))


async def forget_old(work: Work, before: datetime) -> int:
    """Delete the orders that began *before*; return how many."""
    return (await work.execute(delete(answered).where(_a.began_at < before))).rowcount
