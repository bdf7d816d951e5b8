"""Notifications of charge points in the database."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, Text, Uuid, delete, insert

from app.charging.chargers.notifications.model import Kept, Notification
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

notifications = operator_table(
    "charge_point_notification",
    Column("notification_id", Uuid, primary_key=True),
    Column("identity", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    # Rows come in the order of this time, so a few pages tell where the old ones are.
    Index("ix_charge_point_notification_received_at", "received_at", postgresql_using="brin"),
)
_n = notifications.c
Index("ix_charge_point_notification_identity", _n.operator_id, _n.identity, _n.notification_id)


async def add(work: Work, told: Sequence[Notification]) -> None:
    """Insert what this operator's charge points told."""
    rows = [
        {
            "operator_id": work.operator_id,
            "notification_id": work.ids.uuid7(each.received_at),
            "identity": each.identity,
            "action": each.action,
            "payload": each.payload,
            "received_at": each.received_at,
        }
        for each in told
    ]
    await work.execute(insert(notifications), rows)


async def of_station(
    work: Work, identity: str, *, action: str | None, before: UUID | None, most: int
) -> list[Kept]:
    """Return what a charge point told before *before*, the latest first; only *action*, if any."""
    query = scoped(notifications, work).where(_n.identity == identity)
    if action is not None:
        query = query.where(_n.action == action)
    if before is not None:
        query = query.where(_n.notification_id < before)
    found = await work.execute(query.order_by(_n.notification_id.desc()).limit(most))
    return [Kept(row.notification_id, row.action, row.payload, row.received_at) for row in found]


async def forget(work: Work, before: datetime) -> None:
    """Delete what came *before*, of all operators."""
    await work.execute(delete(notifications).where(_n.received_at < before))
