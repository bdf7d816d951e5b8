"""Delete the webhooks that were handled long ago."""

from datetime import timedelta

from app.funds.payments.inbox import store
from app.infra.database import EVERY_OPERATOR, Database

# A hint says nothing that the payment does not say better; it only shows what came when.
KEEP_HINTS = timedelta(days=90)


async def forget_hints(*, database: Database) -> None:
    """Delete the webhooks that were handled KEEP_HINTS ago; a nightly sweep. Open ones stay."""
    async with database.work(EVERY_OPERATOR) as work:
        await store.forget_hints(work, work.now - KEEP_HINTS)
