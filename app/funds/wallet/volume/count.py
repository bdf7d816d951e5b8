"""Count what is paid with credit in each country, and warn before it has to be notified."""

import logging
from uuid import UUID

from app.funds.ledger.chart import Book
from app.funds.wallet.volume import store
from app.funds.wallet.volume.model import THRESHOLD, WINDOW, Volume
from app.infra.database import EVERY_OPERATOR, Database, Work

_log = logging.getLogger(__name__)


async def volumes(work: Work, book: Book = Book.LIVE) -> list[Volume]:
    """Step: return what sessions were paid with credit within a year, by country and currency."""
    return await store.volumes_since(work, book, work.now - WINDOW)


async def warn_of_volumes(*, database: Database) -> int:
    """
    Warn of every country that has reached another level; return how many warnings were given.

    A daily sweep. Each level is told once, in the log, until the volume has fallen below it.
    """
    async with database.work(EVERY_OPERATOR) as work:
        operators = await store.operators_with_wallets(work)
    return sum([await _warn(operator_id, database) for operator_id in operators])


async def _warn(operator_id: UUID, database: Database) -> int:
    async with database.work(operator_id) as work:
        reached = {
            (volume.country, level): volume
            for volume in await volumes(work)
            for level in volume.levels
        }
        known = await store.warned(work)
        for country, level in known - reached.keys():
            await store.drop_warning(work, country, level)
        fresh = sorted(reached.keys() - known)
        for country, level in fresh:
            await store.add_warning(work, country, level)
    for country, level in fresh:
        _log.warning(
            "operator %s: %s of prepaid credit were spent in %s within a year, %d %% of %s;"
            " see docs/concepts/wallet.md",
            operator_id,
            reached[country, level].amount,
            country,
            level,
            THRESHOLD,
        )
    return len(fresh)
