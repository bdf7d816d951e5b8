"""Which payments have to be looked at though nothing came for them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from app.funds.payments.model import ENDED, UNRESOLVED
from app.funds.payments.rules.plan import CALL_TIMEOUT
from app.funds.payments.store import operation, payment
from app.infra.database import Work


@dataclass(frozen=True, slots=True)
class Due:
    """A payment to look at, and the operation whose outcome is open, if there is one."""

    operator_id: UUID
    payment_id: UUID
    operation_id: UUID | None


async def claim_due(work: Work, limit: int) -> list[Due]:
    """Return payments of all operators that are due; nobody else gets them for a while."""
    chosen = (
        select(payment.c.operator_id, payment.c.payment_id)
        .where(payment.c.check_at <= work.now)
        .order_by(payment.c.check_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    unresolved = (
        select(operation.c.operation_id)
        .where(
            operation.c.operator_id == payment.c.operator_id,
            operation.c.payment_id == payment.c.payment_id,
            operation.c.state.in_([state.value for state in UNRESOLVED]),
        )
        .order_by(operation.c.number)
        .limit(1)
        .scalar_subquery()
        .label("operation_id")
    )
    claim = (
        update(payment)
        .where(
            payment.c.operator_id == chosen.c.operator_id,
            payment.c.payment_id == chosen.c.payment_id,
        )
        .values(check_at=work.now + 2 * CALL_TIMEOUT)
        .returning(payment.c.operator_id, payment.c.payment_id, unresolved)
    )
    return [Due(**row) for row in (await work.execute(claim)).mappings()]


@dataclass(frozen=True, slots=True)
class Undecided:
    """A payment of which nobody has said yet what stays, and the session that it pays for."""

    operator_id: UUID
    payment_id: UUID
    subject_id: UUID


async def undecided(work: Work, before: datetime, after: UUID, limit: int) -> list[Undecided]:
    """
    Return undecided payments of all operators opened *before*, in pages: ids above *after*.

    What came to nothing has nothing to decide, and is left out.
    """
    table = payment
    asked = (
        select(table.c.operator_id, table.c.payment_id, table.c.subject_id)
        .where(
            table.c.keep_minor.is_(None),
            table.c.status.not_in([status.value for status in ENDED]),
            table.c.opened_at < before,
            table.c.payment_id > after,
        )
        .order_by(table.c.payment_id)
        .limit(limit)
    )
    return [Undecided(**row) for row in (await work.execute(asked)).mappings()]
