"""The table of webhooks that arrived, one open row for each payment of a provider."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    and_,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

# An open hint is looked at again after this long; its job must have been lost or tired.
LATE_AFTER = timedelta(minutes=1)

webhook_inbox = operator_table(
    "webhook_inbox",
    Column("hint_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("provider_ref", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("deliveries", Integer, nullable=False),
    Column("look_at", UtcDateTime, nullable=False),
    Column("handled_at", UtcDateTime),
    Index(
        "uq_webhook_inbox_open",
        "operator_id",
        "account_id",
        "provider_ref",
        unique=True,
        postgresql_where="handled_at IS NULL",
    ),
    Index("ix_webhook_inbox_look_at", "look_at", postgresql_where="handled_at IS NULL"),
)


@dataclass(frozen=True, slots=True)
class Hint:
    """That something happened to a payment; *deliveries* counts how often it was said."""

    hint_id: UUID
    deliveries: int


@dataclass(frozen=True, slots=True)
class LateHint:
    """A hint that nobody has handled in time."""

    operator_id: UUID
    account_id: UUID
    provider_ref: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A webhook for one payment, as it came in."""

    operator_id: UUID
    account_id: UUID
    provider_ref: str
    body: bytes


async def put_hint(work: Work, arrival: Arrival) -> None:
    """Store the webhook; when one for the same payment is still open, count it there."""
    added = insert(webhook_inbox).values(
        operator_id=arrival.operator_id,
        hint_id=work.ids.uuid7(work.now),
        account_id=arrival.account_id,
        provider_ref=arrival.provider_ref,
        body=arrival.body,
        received_at=work.now,
        deliveries=1,
        look_at=work.now + LATE_AFTER,
    )
    await work.execute(
        added.on_conflict_do_update(
            index_elements=["operator_id", "account_id", "provider_ref"],
            index_where=webhook_inbox.c.handled_at.is_(None),
            set_={"deliveries": webhook_inbox.c.deliveries + 1, "body": arrival.body},
        )
    )


async def open_hint(work: Work, account_id: UUID, provider_ref: str) -> Hint | None:
    """Return the open hint for this payment, or None."""
    table = webhook_inbox
    asked = scoped(table, work, table.c.hint_id, table.c.deliveries).where(
        table.c.account_id == account_id,
        table.c.provider_ref == provider_ref,
        table.c.handled_at.is_(None),
    )
    row = (await work.execute(asked)).one_or_none()
    return None if row is None else Hint(row.hint_id, row.deliveries)


async def close_hint(work: Work, hint: Hint) -> None:
    """Mark *hint* handled, unless it came again since it was read."""
    table = webhook_inbox
    same = and_(
        table.c.operator_id == work.operator_id,
        table.c.hint_id == hint.hint_id,
        table.c.deliveries == hint.deliveries,
    )
    await work.execute(update(table).where(same).values(handled_at=work.now))


async def claim_late_hints(work: Work, limit: int) -> list[LateHint]:
    """Return open hints of all operators that are late; each comes back at growing distances."""
    table = webhook_inbox
    late = (
        select(table.c.operator_id, table.c.hint_id)
        .where(table.c.handled_at.is_(None), table.c.look_at <= work.now)
        .order_by(table.c.look_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("late")
    )
    now = literal(work.now, UtcDateTime)
    claim = (
        update(table)
        .where(table.c.operator_id == late.c.operator_id, table.c.hint_id == late.c.hint_id)
        .values(look_at=now + (now - table.c.received_at))
        .returning(table.c.operator_id, table.c.account_id, table.c.provider_ref)
    )
    return [LateHint(**row) for row in (await work.execute(claim)).mappings()]
