"""How many mails there were, and their addresses, to be erased."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import bindparam, func, select, update

from app.billing.receipts.deliveries.model import DeliveryState
from app.billing.receipts.store import delivery_table
from app.infra.database import Work
from app.infra.question import Question
from app.infra.ready import Ready

_COUNT = Ready(
    select(func.count().label("mails")).where(
        delivery_table.c.operator_id == bindparam("of_operator"),
        delivery_table.c.session_id == bindparam("of_session"),
    )
)


def count_of_session(operator_id: UUID, session_id: UUID) -> Question[int]:
    """Ask how many mails of a session's documents there were."""
    asked = {"of_operator": operator_id, "of_session": session_id}
    return Question(_COUNT, asked, lambda row, _: 0 if row is None else row.mails)


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
