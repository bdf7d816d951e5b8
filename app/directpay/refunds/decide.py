"""Decide a refund that waits: the second pair of eyes."""

from uuid import UUID

from app.billing.receipts.read import receipt_by_number
from app.directpay.refunds import store
from app.directpay.refunds.carry_out import carry_out
from app.directpay.refunds.errors import RefundNotFound
from app.directpay.refunds.model import Behind, Refund, RefundState
from app.funds.payments.steps import lock_payments_of
from app.infra.database import Database, Work


async def approve_refund(
    refund_id: UUID, *, by: str, operator_id: UUID, database: Database
) -> Refund:
    """
    Carry a refund out that somebody else asked for.

    Raises RefundNotFound, RefundDecided, SecondPersonNeeded, and what `carry_out` raises.
    """
    async with database.work(operator_id) as work:
        refund = await _locked(work, refund_id)
        done = refund.decided(RefundState.DONE, by=by, at=work.now)
        await store.save(work, done)
        await carry_out(work, await receipt_by_number(work, done.receipt_number), done)
    return done


async def refuse_refund(
    refund_id: UUID, *, by: str, operator_id: UUID, database: Database
) -> Refund:
    """Refuse a refund, one's own too. Raises RefundNotFound, RefundDecided."""
    async with database.work(operator_id) as work:
        refused = (await _locked(work, refund_id)).decided(RefundState.REFUSED, by=by, at=work.now)
        await store.save(work, refused)
    return refused


async def list_refunds(
    work: Work,
    state: RefundState | None = None,
    after: Behind | None = None,
    limit: int | None = None,
) -> list[Refund]:
    """
    Step: return the operator's refunds, oldest first: all, or those in one *state*.

    At most *limit*, those *after* the instant and the id of one.
    """
    return await store.all_of(work, state, after, limit)


async def _locked(work: Work, refund_id: UUID) -> Refund:
    """Lock the payments before the refund, as asking does."""
    refund = await store.find(work, refund_id)
    if refund is None:
        raise RefundNotFound("no refund has this id", refund_id=refund_id)
    await lock_payments_of(work, refund.session_id)
    locked = await store.lock(work, refund_id)
    assert locked is not None, "refunds are never deleted"  # noqa: S101
    return locked
