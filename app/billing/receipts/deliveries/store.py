"""The addresses of mails, to be erased."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import update

from app.billing.receipts.deliveries.model import DeliveryState
from app.billing.receipts.store import delivery_table
from app.infra.database import Work


async def forget_deliveries_of(work: Work, session_ids: Collection[UUID]) -> None:
    """Erase the addresses of these sessions' mails that wait no more."""
    await work.execute(
        update(delivery_table)
        .where(
            delivery_table.c.operator_id == work.operator_id,
            delivery_table.c.session_id.in_(session_ids),
            delivery_table.c.state != DeliveryState.WAITING,
        )
        .values(address="")
    )
