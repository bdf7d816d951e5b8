"""Delete the webhooks and notices that nobody can need any more, and which card it was."""

from datetime import timedelta
from typing import Final

from app.funds.payments.inbox import store
from app.funds.payments.inbox.told.store import forget_notices
from app.funds.payments.store import forget_fingerprints
from app.infra.database import EVERY_OPERATOR, Database

# A hint says nothing that the payment does not say better; it only shows what came when. The same
# holds for notices of nobody's payment, and for those that no key of the account has signed.
KEEP_HINTS: Final = timedelta(days=90)
# A payment is read from its notices: beyond the longest time in which a card can be disputed (540
# days) nothing is told any more, and the payment itself keeps what it came to.
KEEP_NOTICES: Final = timedelta(days=730)
# Longer than any session: a card is known again only to stop what it pays.
KEEP_FINGERPRINTS: Final = timedelta(days=2)


async def forget_cards(*, database: Database) -> None:
    """Erase which card paid at a terminal, KEEP_FINGERPRINTS after it did; a nightly sweep."""
    async with database.work(EVERY_OPERATOR) as work:
        await forget_fingerprints(work, work.now - KEEP_FINGERPRINTS)


async def forget_hints(*, database: Database) -> None:
    """Delete what is older than KEEP_HINTS and KEEP_NOTICES; a nightly sweep. Open hints stay."""
    async with database.work(EVERY_OPERATOR) as work:
        before = work.now - KEEP_HINTS
        await store.forget_hints(work, before)
        await forget_notices(work, unmatched=before, matched=work.now - KEEP_NOTICES)
