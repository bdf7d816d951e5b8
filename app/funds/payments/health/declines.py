"""Notice when banks refuse unusually many payments: a fault, or somebody who tries out cards."""

import logging
from datetime import timedelta
from typing import Final

from app.funds.payments.events import Trouble
from app.funds.payments.health import store
from app.funds.payments.worklist import WorkItem, open_item, work_items
from app.infra.database import EVERY_OPERATOR, Database, Work

logger = logging.getLogger(__name__)
WITHIN: Final = timedelta(hours=1)
# Fewer say nothing; of cards at charge points fewer than one in ten is refused on usual days.
LEAST_REFUSED: Final = 10


async def watch_declines(*, database: Database) -> int:
    """
    Put an account on the work list of which half the payments of an hour were refused; a sweep.

    Once, until somebody has resolved it; the log tells it, too. Returns how many there are.
    """
    async with database.work(EVERY_OPERATOR) as work:
        found = await store.refusals(work, work.now - WITHIN, LEAST_REFUSED)
    many = [one for one in found if one.refused >= one.paid]
    for one in many:
        async with database.work(one.operator_id) as work:
            await _report(work, one)
    return len(many)


async def _report(work: Work, one: store.Refusals) -> None:
    if any(item.reason is Trouble.MANY_DECLINES for item in await work_items(work)):
        return
    minutes = WITHIN // timedelta(minutes=1)
    detail = f"{one.refused} refused, {one.paid} paid in {minutes} minutes at {one.provider}"
    logger.error("many refused payments, operator %s: %s", work.operator_id, detail)
    last = WorkItem(
        one.payment_id, None, Trouble.MANY_DECLINES, one.amount, detail, opened_at=work.now
    )
    await open_item(work, last)
