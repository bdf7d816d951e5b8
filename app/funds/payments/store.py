"""The tables of payments and their operations, and the queries to and from the model."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.funds.payments.model import (
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PaymentStatus,
    SeenPart,
)
from app.funds.payments.ports import StartPayment, Strategy
from app.funds.payments.rules.plan import next_check
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

payment = operator_table(
    "payment",
    Column("payment_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
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
    Column("abandoned", Boolean, nullable=False),
    Column("parts", JSONB, nullable=False),
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
    Index("uq_payment_operation_number", "operator_id", "payment_id", "number", unique=True),
)

_WIDTH = len(payment.columns)
# Made once: making a statement costs as much as running it.
_mine = and_(
    payment.c.operator_id == bindparam("of_operator"),
    payment.c.payment_id == bindparam("of_payment"),
)
_its = and_(
    operation.c.operator_id == payment.c.operator_id,
    operation.c.payment_id == payment.c.payment_id,
)
_BY_ID = select(payment, operation).outerjoin_from(payment, operation, _its).where(_mine)
_BY_ID = _BY_ID.order_by(operation.c.number)
_LOCKED = _BY_ID.with_for_update(of=payment)
_SAVED = update(payment).where(_mine)


async def insert_payment(work: Work, new: Payment) -> None:
    """Add a payment with its operations."""
    await work.execute(insert(payment).values(_payment_values(work, new)))
    for one in new.operations:
        await work.execute(insert(operation).values(_operation_values(work, new, one)))


async def find_payment(work: Work, payment_id: UUID) -> Payment | None:
    """Return the payment with its operations, or None."""
    return _payment_of((await work.execute(_BY_ID, _key(work, payment_id))).all())


async def lock_payment(work: Work, payment_id: UUID) -> Payment | None:
    """Return the payment with its operations, locked until the work ends, or None."""
    return _payment_of((await work.execute(_LOCKED, _key(work, payment_id))).all())


async def save_payment(work: Work, before: Payment, after: Payment) -> None:
    """Write what changed, and when the payment has to be looked at again."""
    await work.execute(_SAVED, _key(work, after.payment_id) | _payment_values(work, after))
    for one in after.operations:
        if one in before.operations:
            continue
        values = _operation_values(work, after, one)
        added = insert(operation).values(values)
        await work.execute(
            added.on_conflict_do_update(index_elements=["operator_id", "operation_id"], set_=values)
        )


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


async def find_by_reference(work: Work, account_id: UUID, reference: str) -> UUID | None:
    """Return the id of the account's payment with our own *reference*, or None."""
    its = (payment.c.account_id == account_id, payment.c.reference == reference)
    asked = scoped(payment, work, payment.c.payment_id).where(*its)
    return (await work.execute(asked)).scalar_one_or_none()


def _key(work: Work, payment_id: UUID) -> dict[str, Any]:
    return {"of_operator": work.operator_id, "of_payment": payment_id}


def _payment_values(work: Work, one: Payment) -> dict[str, Any]:
    return {
        "operator_id": work.operator_id,
        "payment_id": one.payment_id,
        "account_id": one.account_id,
        "reference": one.reference,
        "amount_minor": one.amount.minor,
        "currency": one.amount.currency,
        "method": one.method,
        "ordered_strategy": one.ordered_strategy.value,
        "opened_at": one.opened_at,
        "status": one.status.value,
        "provider_ref": one.provider_ref,
        "orders_ref": one.orders_ref,
        "checkout_url": one.checkout_url,
        "instrument": one.instrument,
        "capture_before": one.capture_before,
        "taken_minor": one.taken.minor,
        "captured_minor": one.captured.minor,
        "refunded_minor": one.refunded.minor,
        "held_minor": one.held.minor,
        "keep_minor": None if one.keep is None else one.keep.minor,
        "abandoned": one.abandoned,
        "parts": msgspec.to_builtins(one.parts),
        "changed_at": work.now,
        "check_at": next_check(one, work.now),
    }


def _operation_values(work: Work, owner: Payment, one: Operation) -> dict[str, Any]:
    return {
        "operator_id": work.operator_id,
        "operation_id": one.operation_id,
        "payment_id": owner.payment_id,
        "number": one.number,
        "kind": one.kind.value,
        "key": one.key,
        "state": one.state.value,
        "created_at": one.created_at,
        "amount_minor": None if one.amount is None else one.amount.minor,
        "currency": None if one.amount is None else one.amount.currency,
        "sent_at": one.sent_at,
        "attempts": one.attempts,
        "provider_ref": one.provider_ref,
        "detail": one.detail,
        "body": None if one.order is None else msgspec.to_builtins(one.order),
    }


def _payment_of(rows: Sequence[Any]) -> Payment | None:
    if not rows:
        return None
    row = dict(zip(payment.columns.keys(), rows[0][:_WIDTH], strict=True))
    currency = row["currency"]
    return Payment(
        payment_id=row["payment_id"],
        operator_id=row["operator_id"],
        account_id=row["account_id"],
        reference=row["reference"],
        amount=Money(row["amount_minor"], currency),
        method=row["method"],
        ordered_strategy=Strategy(row["ordered_strategy"]),
        opened_at=row["opened_at"],
        taken=Money(row["taken_minor"], currency),
        status=PaymentStatus(row["status"]),
        provider_ref=row["provider_ref"],
        orders_ref=row["orders_ref"],
        checkout_url=row["checkout_url"],
        instrument=row["instrument"],
        capture_before=row["capture_before"],
        parts=msgspec.convert(row["parts"], tuple[SeenPart, ...]),
        keep=None if row["keep_minor"] is None else Money(row["keep_minor"], currency),
        abandoned=row["abandoned"],
        operations=tuple(_operation_of(one[_WIDTH:]) for one in rows if one[_WIDTH] is not None),
    )


def _operation_of(values: Sequence[Any]) -> Operation:
    row = dict(zip(operation.columns.keys(), values, strict=True))
    amount = None
    if row["amount_minor"] is not None:
        amount = Money(row["amount_minor"], row["currency"])
    return Operation(
        operation_id=row["operation_id"],
        number=row["number"],
        kind=OperationKind(row["kind"]),
        key=row["key"],
        state=OperationState(row["state"]),
        created_at=row["created_at"],
        amount=amount,
        sent_at=row["sent_at"],
        attempts=row["attempts"],
        provider_ref=row["provider_ref"],
        detail=row["detail"],
        order=None if row["body"] is None else msgspec.convert(row["body"], StartPayment),
    )
