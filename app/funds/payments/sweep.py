"""Look for payments that nothing came for: the reconciler of all that can be lost."""

from app.funds.payments.due import claim_due
from app.funds.payments.inbox.store import claim_late_hints
from app.funds.payments.inbox.told.store import retries
from app.funds.payments.record import (
    defer_judging,
    defer_match,
    defer_operation,
    defer_refresh,
)
from app.infra.database import EVERY_OPERATOR, Database

LIMIT = 200


async def sweep_payments(*, database: Database) -> int:
    """
    Enqueue a look at every payment that is due, and at every late webhook; return how many.

    What is due says `plan.next_check`: unknown and pending operations on their schedule, checkouts
    left open, holds near their end. Several sweeps at once share the work.
    """
    async with database.work(EVERY_OPERATOR) as work:
        due = await claim_due(work, LIMIT)
        for one in due:
            if one.operation_id is not None:
                defer_operation(work, one.operator_id, one.payment_id, one.operation_id)
            else:
                defer_refresh(work, one.operator_id, one.payment_id)
        late = await claim_late_hints(work, LIMIT)
        for hint in late:
            defer_match(work, hint.operator_id, hint.account_id, hint.provider_ref)
        doubted = await retries(work, LIMIT)
        for account in doubted:
            defer_judging(work, account.operator_id, account.account_id)
    return len(due) + len(late) + len(doubted)
