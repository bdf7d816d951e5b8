"""The tables of payments and their operations, and the queries to and from the model."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.funds.payments.model import Payment
from app.funds.payments.rows import operation_values, payment_of, payment_values
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

payment = operator_table(
    "payment",
    Column("payment_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    Column("reference", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("ordered_strategy", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("status", Text, nullable=False),
    Column("provider_ref", Text),
    Column("orders_ref", Text),
    Column("checkout_url", Text),
    Column("instrument", Text),
    Column("capture_before", UtcDateTime),
    Column("taken_minor", BigInteger, nullable=False),
    Column("captured_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    Column("held_minor", BigInteger, nullable=False),
    Column("keep_minor", BigInteger),
    Column("raised_minor", BigInteger),
    Column("wished_minor", BigInteger),
    Column("origin", Text, nullable=False, server_default="web"),
    Column("settled_by", Text, nullable=False, server_default="us"),
    Column("device", Text),
    Column("fingerprint", Text),
    Column("abandoned", Boolean, nullable=False),
    Column("booked", Boolean, nullable=False),
    Column("parts", JSONB, nullable=False),
    Column("sharing", JSONB(none_as_null=True)),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("check_at", UtcDateTime),
    Index("uq_payment_reference", "operator_id", "reference", unique=True),
    Index(
        "uq_payment_provider_ref",
        "operator_id",
        "account_id",
        "provider_ref",
        unique=True,
        postgresql_where="provider_ref IS NOT NULL",
    ),
    Index(
        "ix_payment_orders_ref",
        "operator_id",
        "account_id",
        "orders_ref",
        postgresql_where="orders_ref IS NOT NULL",
    ),
    Index(
        "ix_payment_undecided",
        "payment_id",
        postgresql_where="keep_minor IS NULL AND status NOT IN ('failed', 'expired', 'cancelled')",
    ),
    Index("ix_payment_subject", "operator_id", "subject_id"),
    Index("ix_payment_fingerprint", "opened_at", postgresql_where="fingerprint IS NOT NULL"),
    Index("ix_payment_unbooked", "operator_id", postgresql_where="NOT booked"),
    Index("ix_payment_check_at", "check_at", postgresql_where="check_at IS NOT NULL"),
)

operation = operator_table(
    "payment_operation",
    Column("operation_id", Uuid, primary_key=True),
    Column("payment_id", Uuid, nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("sent_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("provider_ref", Text),
    Column("detail", Text),
    Column("body", JSONB),
    Column("share_minor", BigInteger),
    Index("uq_payment_operation_number", "operator_id", "payment_id", "number", unique=True),
)

_WIDTH = len(payment.columns)
_mine = and_(
    payment.c.operator_id == bindparam("of_operator"),
    payment.c.payment_id == bindparam("of_payment"),
)
_its = and_(
    operation.c.operator_id == payment.c.operator_id,
    operation.c.payment_id == payment.c.payment_id,
)
_whole = select(payment, operation).outerjoin_from(payment, operation, _its).where(_mine)
_BY_ID = Ready(_whole.order_by(operation.c.number))
_LOCKED = Ready(_whole.order_by(operation.c.number).with_for_update(of=payment))
_SAVED = Ready(update(payment).where(_mine), *payment.columns.keys())


async def insert_payment(work: Work, new: Payment) -> None:
    """Add a payment with its operations."""
    await work.execute(insert(payment).values(payment_values(new, work.now)))
    for one in new.operations:
        await work.execute(insert(operation).values(operation_values(new, one)))


async def find_payment(work: Work, payment_id: UUID) -> Payment | None:
    """Return the payment with its operations, or None."""
    return _payment_of(await work.rows(_BY_ID, _key(work, payment_id)))


async def lock_payment(work: Work, payment_id: UUID) -> Payment | None:
    """Return the payment with its operations, locked until the work ends, or None."""
    return _payment_of(await work.rows(_LOCKED, _key(work, payment_id)))


async def save_payment(work: Work, before: Payment, after: Payment) -> None:
    """Write what changed, and when the payment has to be looked at again."""
    await work.rows(_SAVED, _key(work, after.payment_id) | payment_values(after, work.now))
    for one in after.operations:
        if one in before.operations:
            continue
        values = operation_values(after, one)
        added = insert(operation).values(values)
        await work.execute(
            added.on_conflict_do_update(index_elements=["operator_id", "operation_id"], set_=values)
        )


async def unbooked(work: Work, limit: int) -> list[tuple[UUID, UUID]]:
    """Return operator and id of payments that the ledger does not know; *work* is of all."""
    asked = select(payment.c.operator_id, payment.c.payment_id).where(~payment.c.booked)
    return [(row.operator_id, row.payment_id) for row in await work.execute(asked.limit(limit))]


async def find_by_provider_ref(
    work: Work, operator_id: UUID, account_id: UUID, provider_ref: str
) -> UUID | None:
    """Return the id of the payment that the provider calls *provider_ref*, or None."""
    asked = select(payment.c.payment_id).where(
        payment.c.operator_id == operator_id,
        payment.c.account_id == account_id,
        payment.c.provider_ref == provider_ref,
    )
    return (await work.execute(asked)).scalar_one_or_none()


async def ids_of_subject(work: Work, subject_id: UUID) -> list[UUID]:
    """Return the ids of the payments for something, oldest first: the order in which to lock."""
    asked = scoped(payment, work, payment.c.payment_id).where(payment.c.subject_id == subject_id)
    return list((await work.execute(asked.order_by(payment.c.payment_id))).scalars())


async def find_by_names(work: Work, account_id: UUID, names: Sequence[str]) -> UUID | None:
    """Return the id of the account's payment that the provider gave one of these *names*."""
    is_named = or_(payment.c.provider_ref.in_(names), payment.c.orders_ref.in_(names))
    its = (payment.c.account_id == account_id, is_named)
    asked = scoped(payment, work, payment.c.payment_id).where(*its).limit(1)
    return (await work.execute(asked)).scalar_one_or_none()


async def find_by_reference(work: Work, account_id: UUID, reference: str) -> UUID | None:
    """Return the id of the account's payment with our own *reference*, or None."""
    its = (payment.c.account_id == account_id, payment.c.reference == reference)
    asked = scoped(payment, work, payment.c.payment_id).where(*its)
    return (await work.execute(asked)).scalar_one_or_none()


async def forget_fingerprints(work: Work, before: datetime) -> None:
    """Erase by which card payments of all operators were made that were opened *before*."""
    old = (payment.c.fingerprint.is_not(None), payment.c.opened_at < before)
    await work.execute(update(payment).where(*old).values(fingerprint=None))


def _key(work: Work, payment_id: UUID) -> dict[str, Any]:
    return {"of_operator": work.operator_id, "of_payment": payment_id}


def _payment_of(rows: Sequence[Any]) -> Payment | None:
    if not rows:
        return None
    operations = [_named(operation, one[_WIDTH:]) for one in rows if one[_WIDTH] is not None]
    return payment_of(_named(payment, rows[0][:_WIDTH]), operations)


def _named(table: Table, values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(table.columns.keys(), values, strict=True))
