"""How often stickers are scanned: counted in memory, written together now and then."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from app.charging.stickers import store
from app.charging.stickers.reports import store as reports
from app.infra.database import EVERY_OPERATOR, Database, DatabaseUnavailable
from app.infra.jobs import Schedule

logger = logging.getLogger(__name__)

WRITTEN_EVERY: Final = timedelta(seconds=15)
KEPT: Final = timedelta(days=400)


class ScanTally:
    """
    The scans of one process since it last wrote them; a crash loses a quarter of a minute of them.

    What is counted is a sticker and a day, and nothing of who scanned it.
    """

    def __init__(self) -> None:
        """Begin at nothing."""
        self._counted: Counter[tuple[UUID, str, int]] = Counter()

    def note(self, operator_id: UUID, evse_uid: str, number: int) -> None:
        """Count one scan of the sticker *number* of an EVSE (0: of a code without a tag)."""
        self._counted[operator_id, evse_uid, number] += 1

    async def write(self, database: Database) -> None:
        """Add what was counted to its day. Raises DatabaseUnavailable; then it stays counted."""
        if not self._counted:
            return
        counted, self._counted = self._counted, Counter()
        try:
            async with database.work(EVERY_OPERATOR) as work:
                today = work.now.date()
                await store.add_scans(work, _by_day(counted, today))
        except DatabaseUnavailable:
            self._counted += counted
            raise

    @asynccontextmanager
    async def running(self, database: Database) -> AsyncIterator[None]:
        """Write now and then, and once more at the end."""
        writing = asyncio.create_task(self._go_on(database), name="scans of stickers")
        try:
            yield
        finally:
            writing.cancel()
            await self._write_or_wait(database)

    async def _go_on(self, database: Database) -> None:
        while True:
            await asyncio.sleep(WRITTEN_EVERY.total_seconds())
            await self._write_or_wait(database)

    async def _write_or_wait(self, database: Database) -> None:
        try:
            await self.write(database)
        except DatabaseUnavailable as error:
            logger.warning("scans of stickers are not written yet: %s", error)


def _by_day(
    counted: Counter[tuple[UUID, str, int]], day: date
) -> dict[tuple[UUID, str, int, date], int]:
    # In the order of the key, so that two processes that write at once wait and do not deadlock.
    keys = sorted(counted, key=lambda key: (key[0].bytes, key[1], key[2]))
    return {(*key, day): counted[key] for key in keys}


def sticker_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep of old counts and of reports that were closed long ago."""

    async def forget() -> None:
        async with database.work(EVERY_OPERATOR) as work:
            await store.forget_scans(work, (work.now - KEPT).date())
            await reports.forget(work, work.now - KEPT)

    return (Schedule("stickers.forget", "57 3 * * *", forget),)
