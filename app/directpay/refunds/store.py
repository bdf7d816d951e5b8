"""Refunds in the database."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Row, Text, Uuid, func, insert, tuple_, update

from app.directpay.refunds.model import Behind, Refund, RefundState
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

refund = operator_table(
    "session_refund",
    Column("refund_id", Uuid, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("receipt_number", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", UtcDateTime),
    Index("ix_session_refund_session", "operator_id", "session_id"),
)


async def add(work: Work, new: Refund) -> None:
    """Add a refund."""
    await work.execute(insert(refund).values(operator_id=work.operator_id, **_values(new)))


async def lock(work: Work, refund_id: UUID) -> Refund | None:
    """Return a refund, its row locked, or None."""
    query = scoped(refund, work).where(refund.c.refund_id == refund_id).with_for_update()
    row = (await work.execute(query)).one_or_none()
    return None if row is None else _refund(row)


async def find(work: Work, refund_id: UUID) -> Refund | None:
    """Return a refund, or None."""
    query = scoped(refund, work).where(refund.c.refund_id == refund_id)
    row = (await work.execute(query)).one_or_none()
    return None if row is None else _refund(row)


async def save(work: Work, changed: Refund) -> None:
    """Write what was decided."""
    mine = (refund.c.operator_id == work.operator_id, refund.c.refund_id == changed.refund_id)
    await work.execute(update(refund).where(*mine).values(_values(changed)))


async def all_of(
    work: Work, state: RefundState | None, after: Behind | None, limit: int | None
) -> list[Refund]:
    """
    Return the operator's refunds, oldest first: all of them, or those in one *state*.

    At most *limit*, those *after* the instant and the id of one.
    """
    place = tuple_(refund.c.asked_at, refund.c.refund_id)
    query = scoped(refund, work).order_by(refund.c.asked_at, refund.c.refund_id).limit(limit)
    if state is not None:
        query = query.where(refund.c.state == state)
    if after is not None:
        query = query.where(place > after)
    return [_refund(row) for row in await work.execute(query)]


async def asked_of(work: Work, session_id: UUID) -> int:
    """Return in minor units what was asked for of a session and not refused."""
    total = func.coalesce(func.sum(refund.c.amount_minor), 0)
    query = scoped(refund, work, total).where(
        refund.c.session_id == session_id, refund.c.state != RefundState.REFUSED
    )
    return int((await work.execute(query)).scalar_one())


def _values(one: Refund) -> dict[str, Any]:
    values = asdict(one) | {"amount_minor": one.amount.minor, "currency": one.amount.currency}
    del values["amount"]
    return values


def _refund(row: Row[Any]) -> Refund:
    return Refund(
        refund_id=row.refund_id,
        session_id=row.session_id,
        receipt_number=row.receipt_number,
        amount=Money(row.amount_minor, row.currency),
        reason=row.reason,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        state=RefundState(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
