"""The mails that there were: how many, which could not be delivered; and forgetting addresses."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update

from app.billing.receipts.deliveries.model import DeliveryState, Mails
from app.billing.receipts.store import delivery_table
from app.infra.database import Work
from app.infra.question import Question
from app.infra.ready import Ready

_failed = or_(
    delivery_table.c.state == DeliveryState.REFUSED.value,
    delivery_table.c.state == DeliveryState.GAVE_UP.value,
)
_BECAME: tuple[ColumnElement[Any], ...] = (
    func.count().label("number"),
    func.array_agg(delivery_table.c.address).filter(_failed).label("failed"),
    func.array_agg(delivery_table.c.address).filter(~_failed).label("others"),
)
_MAILS = Ready(
    select(*_BECAME).where(
        delivery_table.c.operator_id == bindparam("of_operator"),
        delivery_table.c.session_id == bindparam("of_session"),
    )
)


def mails_of_session(operator_id: UUID, session_id: UUID) -> Question[Mails]:
    """Ask what became of the mails of a session's documents."""
    asked = {"of_operator": operator_id, "of_session": session_id}
    return Question(_MAILS, asked, _mails)


def _mails(row: Any | None, _: datetime) -> Mails:  # noqa: ANN401 - a row
    if row is None:
        return Mails(0)
    return Mails(row.number, frozenset(row.failed or ()) - frozenset(row.others or ()))


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
