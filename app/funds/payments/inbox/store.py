"""The table of webhooks that arrived, one open row for each payment of a provider."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    delete,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.funds.payments.accounts.store import AccountRow, provider_account
from app.funds.payments.rules.plan import UNKNOWN_AFTER, next_step
from app.funds.payments.store import payment
from app.infra.database import Work
from app.infra.ready import Look, Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

# An open hint is looked at again after this long: longer than its provider may take to answer.
LATE_AFTER = timedelta(seconds=15)

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
    received_at: datetime


@dataclass(frozen=True, slots=True)
class LateHint:
    """A hint that nobody has handled in time."""

    operator_id: UUID
    account_id: UUID
    provider_ref: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A webhook for one payment, at the address of an account."""

    provider: str
    account_token: str
    provider_ref: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Errand:
    """
    What a reading needs: on which account, what the provider calls it, and the open hint.

    *payment_id* is None when the provider has told of a payment that we do not know yet.
    """

    payment_id: UUID | None
    account: AccountRow
    provider_ref: str | None
    hint: Hint | None


def _putting() -> Select[Any]:
    """Return the statement of `put_hint`."""
    reference = bindparam("provider_ref", type_=Text)
    named = and_(
        payment.c.operator_id == provider_account.c.operator_id,
        payment.c.account_id == provider_account.c.account_id,
        payment.c.provider_ref == reference,
    )
    place = (
        select(*provider_account.columns, payment.c.payment_id, reference.label("provider_ref"))
        .outerjoin_from(provider_account, payment, named)
        .where(
            provider_account.c.webhook_token == bindparam("account_token"),
            provider_account.c.provider == bindparam("of_provider"),
        )
        .cte("place")
    )
    body = bindparam("body", type_=LargeBinary)
    columns = {
        "operator_id": place.c.operator_id,
        "hint_id": bindparam("hint_id", type_=Uuid),
        "account_id": place.c.account_id,
        "provider_ref": reference,
        "body": body,
        "received_at": bindparam("received_at", type_=UtcDateTime),
        "deliveries": literal(1, Integer),
        "look_at": bindparam("look_at", type_=UtcDateTime),
    }
    stored = (
        insert(webhook_inbox)
        .from_select(list(columns), select(*columns.values()))
        .on_conflict_do_update(
            index_elements=["operator_id", "account_id", "provider_ref"],
            index_where=webhook_inbox.c.handled_at.is_(None),
            set_={"deliveries": webhook_inbox.c.deliveries + 1, "body": body},
        )
        .returning(*_HINT)
        .cte("stored")
    )
    return select(place, stored).join_from(place, stored, true())


_HINT = (webhook_inbox.c.hint_id, webhook_inbox.c.deliveries, webhook_inbox.c.received_at)
_PUT_HINT = Ready(_putting())


async def put_hint(look: Look, arrival: Arrival) -> Errand | None:
    """
    Store the webhook and return what to read; None, and nothing stored, without an account.

    When one for the same payment is still open, it is counted there. One statement: this is where
    a driver's start begins.
    """
    values = {
        "of_provider": arrival.provider,
        "account_token": arrival.account_token,
        "provider_ref": arrival.provider_ref,
        "body": arrival.body,
        "hint_id": look.ids.uuid7(look.now),
        "received_at": look.now,
        "look_at": look.now + LATE_AFTER,
    }
    row = await look.row(_PUT_HINT, values)
    return None if row is None else _errand(row)


async def open_hint(work: Work, account_id: UUID, provider_ref: str) -> Hint | None:
    """Return the open hint for this payment, or None."""
    table = webhook_inbox
    asked = scoped(table, work, table.c.hint_id, table.c.deliveries, table.c.received_at).where(
        table.c.account_id == account_id,
        table.c.provider_ref == provider_ref,
        table.c.handled_at.is_(None),
    )
    row = (await work.execute(asked)).one_or_none()
    return None if row is None else Hint(row.hint_id, row.deliveries, row.received_at)


_waiting = and_(
    webhook_inbox.c.operator_id == payment.c.operator_id,
    webhook_inbox.c.account_id == payment.c.account_id,
    webhook_inbox.c.provider_ref == payment.c.provider_ref,
    webhook_inbox.c.handled_at.is_(None),
)
_its_account = and_(
    provider_account.c.operator_id == payment.c.operator_id,
    provider_account.c.account_id == payment.c.account_id,
)
_ERRAND = Ready(
    select(*provider_account.columns, payment.c.payment_id, payment.c.provider_ref, *_HINT)
    .join_from(payment, provider_account, _its_account)
    .outerjoin(webhook_inbox, _waiting)
    .where(
        payment.c.operator_id == bindparam("of_operator"),
        payment.c.payment_id == bindparam("of_payment"),
    )
)


async def errand_of(look: Look, operator_id: UUID, payment_id: UUID) -> Errand | None:
    """Return what is needed to read the payment at its provider, or None: no such payment."""
    row = await look.row(_ERRAND, {"of_operator": operator_id, "of_payment": payment_id})
    return None if row is None else _errand(row)


def _errand(row: Any) -> Errand:  # noqa: ANN401 - a named tuple of the driver's
    hint = None
    if row.hint_id is not None:
        hint = Hint(row.hint_id, row.deliveries, row.received_at)
    account = AccountRow(**{name: getattr(row, name) for name in AccountRow.__slots__})
    return Errand(row.payment_id, account, row.provider_ref, hint)


_CLOSED = Ready(
    update(webhook_inbox).where(
        webhook_inbox.c.operator_id == bindparam("of_operator"),
        webhook_inbox.c.hint_id == bindparam("of_hint"),
        webhook_inbox.c.deliveries == bindparam("of_deliveries"),
    ),
    "handled_at",
)


async def close_hint(work: Work, hint: Hint) -> None:
    """Mark *hint* handled, unless it came again since it was read."""
    same = {
        "of_operator": work.operator_id,
        "of_hint": hint.hint_id,
        "of_deliveries": hint.deliveries,
    }
    await work.rows(_CLOSED, same | {"handled_at": work.now})


async def postpone_hint(work: Work, hint: Hint) -> None:
    """Let *hint* come back on the schedule of what is unknown: the provider did not answer."""
    table = webhook_inbox
    same = and_(table.c.operator_id == work.operator_id, table.c.hint_id == hint.hint_id)
    again = next_step(hint.received_at, UNKNOWN_AFTER, work.now)
    await work.execute(update(table).where(same).values(look_at=again))


async def forget_hints(work: Work, before: datetime) -> None:
    """Delete the webhooks of all operators that were handled *before*."""
    await work.execute(delete(webhook_inbox).where(webhook_inbox.c.handled_at < before))


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
