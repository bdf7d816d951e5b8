"""Which payments have to be looked at though nothing came for them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from app.funds.payments.model import UNRESOLVED
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
