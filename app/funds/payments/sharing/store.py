"""The shares that were ordered: who is to get how much of a payment, known before it is taken."""

from uuid import UUID

from sqlalchemy import BigInteger, Column, Text, Uuid
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
    if row is None:
        return None
    amount = Money(row.amount_minor, row.currency)
    return Sharing(row.cpo, row.recipient, Way(row.way), ordered=amount, goal=amount)
