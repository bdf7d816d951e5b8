"""Keep what charge points tell."""

from collections.abc import Sequence
from itertools import groupby

from app.charging.chargers.notifications import store
from app.charging.chargers.notifications.model import Notification
from app.infra.database import Database


async def keep_notifications(told: Sequence[Notification], *, database: Database) -> Sequence[None]:
    """Keep notifications, those of each operator in one statement; None for each, in order."""
    by_operator = sorted(told, key=lambda each: each.operator_id)
    for operator_id, its in groupby(by_operator, key=lambda each: each.operator_id):
        async with database.work(operator_id) as work:
            await store.add(work, list(its))
    return [None] * len(told)
