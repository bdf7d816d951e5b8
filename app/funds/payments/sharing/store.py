"""The shares that were ordered: who is to get how much of a payment, known before it is taken."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Row, Text, Uuid
from sqlalchemy.dialects.postgresql import insert

from app.funds.payments.sharing.model import Sharing, Way
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

table = operator_table(
    "payment_share",
    Column("payment_id", Uuid, primary_key=True),
    Column("cpo", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("ordered_at", UtcDateTime, nullable=False),
)


async def insert_share(work: Work, payment_id: UUID, sharing: Sharing) -> None:
    """Write what was ordered of a payment; once."""
    await work.execute(
        insert(table).values(
            operator_id=work.operator_id,
            payment_id=payment_id,
            cpo=sharing.cpo,
            recipient=sharing.recipient,
            way=sharing.way.value,
            amount_minor=sharing.ordered.minor,
            currency=sharing.ordered.currency,
            ordered_at=work.now,
        )
    )


async def find_share(work: Work, payment_id: UUID) -> Sharing | None:
    """Return what was ordered of a payment, or None."""
    asked = scoped(table, work).where(table.c.payment_id == payment_id)
    row = (await work.execute(asked)).one_or_none()
    return None if row is None else _sharing(row)


async def latest_shares(work: Work, limit: int) -> list[tuple[UUID, Sharing, datetime]]:
    """Return payment, what was ordered of it, and when; the newest first."""
    newest = (table.c.ordered_at.desc(), table.c.payment_id.desc())
    asked = scoped(table, work).order_by(*newest).limit(limit)
    return [(row.payment_id, _sharing(row), row.ordered_at) for row in await work.execute(asked)]


def _sharing(row: Row[Any]) -> Sharing:
    amount = Money(row.amount_minor, row.currency)
    return Sharing(row.cpo, row.recipient, Way(row.way), ordered=amount, goal=amount)
