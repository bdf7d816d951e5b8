"""Group commit: the meter values that come while a transaction is under way share the next one."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from app.charging.sessions.metering.measure import record_alone, record_samples, record_together
from app.charging.sessions.model import SampleReport
from app.infra.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)

# One transaction stays a matter of milliseconds.
MOST_REPORTS: Final = 500
# Connections at the same time, however many operators there are: the pages need some, too.
MOST_WRITES: Final = 4
# While one transaction of an operator is at the database, so many reports are worth a second one:
# then this process reads and answers while the other two cores write.
ENOUGH_REPORTS: Final = 64
MOST_OF_ONE: Final = 2
# When a few came while a transaction was under way, the next begins so much later, so that more
# come: a transaction of one costs this process and PostgreSQL as much as thirty reports.
FEW_REPORTS: Final = 16
REST_SECONDS: Final = 0.002  # seconds


# Called with None when a report is committed, else with what went wrong; it must not raise.
Kept = Callable[[BaseException | None], None]


# A report that waits, and who is told when it is kept.
_Waiting = tuple[SampleReport, Kept]


class _Queue:
    """The reports of an operator that wait, and how many transactions of it are under way."""

    __slots__ = ("waiting", "writing")

    def __init__(self) -> None:
        self.waiting: list[_Waiting] = []
        self.writing = 0


class SampleWriter:
    """
    Keeps the meter values that come to this process, those of each operator together.

    The first report begins a transaction at once, and what comes until it is committed goes into
    the next, which waits a moment for more when only a few came. When many wait, their transaction
    begins before the last one is over.
    """

    def __init__(self, database: Database) -> None:
        """Write to *database*."""
        self._database = database
        self._queues: defaultdict[UUID, _Queue] = defaultdict(_Queue)
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(MOST_WRITES)

    async def record(self, report: SampleReport) -> None:
        """
        Keep the samples as `record_samples` does; returns when they are committed.

        A report that cannot be kept fails alone, whatever came with it. Raises DatabaseUnavailable.
        """
        if not report.samples:
            return
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.take(report, partial(_settle, kept))
        await kept

    def take(self, report: SampleReport, kept: Kept) -> None:
        """Do as `record` with a report that holds samples, and call *kept* in the end."""
        queue = self._queues[report.operator_id]
        queue.waiting.append((report, kept))
        writing = queue.writing
        if not writing or (writing < MOST_OF_ONE and len(queue.waiting) >= ENOUGH_REPORTS):
            queue.writing += 1
            self._begin(self._write(queue))

    async def written(self) -> None:
        """Wait until nothing is being written any more, and nothing follows from it."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _write(self, queue: _Queue) -> None:
        """Write what waits, batch after batch, until nothing does."""
        while waiting := queue.waiting:
            queue.waiting = []
            for first in range(0, len(waiting), MOST_REPORTS):
                async with self._places:
                    await self._keep(waiting[first : first + MOST_REPORTS])
            if queue.writing == 1 and 0 < len(queue.waiting) < FEW_REPORTS:
                await asyncio.sleep(REST_SECONDS)
        queue.writing -= 1

    async def _keep(self, batch: Sequence[_Waiting]) -> None:
        """Write a batch; returns with the commit, before all that follows from it is done."""
        left: asyncio.Future[Sequence[SampleReport]] = asyncio.get_running_loop().create_future()
        reports = [report for report, _ in batch]
        writing = asyncio.create_task(
            record_together(reports, database=self._database, kept=left.set_result)
        )
        self._track(writing)
        either: set[asyncio.Future[Any]] = {writing, left}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not left.done():
            self._failed(batch, writing.exception())
            return
        alone = {id(report) for report in left.result()}
        for each in batch:
            report, answer = each
            if id(report) in alone:
                self._begin(self._alone(each, record_alone))
            else:
                answer(None)

    def _failed(self, batch: Sequence[_Waiting], error: BaseException | None) -> None:
        """Tell all that the database is away; else find out which report is the one that fails."""
        if isinstance(error, DatabaseUnavailable):
            for _, answer in batch:
                answer(error)
            return
        log.warning("%d reports could not be kept together: now one by one", len(batch))
        for each in batch:
            self._begin(self._alone(each, record_samples))

    async def _alone(self, waiting: _Waiting, record: Callable[..., Awaitable[None]]) -> None:
        report, answer = waiting
        async with self._places:
            writing = asyncio.ensure_future(record(report, database=self._database))
            await asyncio.wait([writing])
        answer(writing.exception())

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        self._track(asyncio.create_task(work, name="write meter values"))

    def _track(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _settle(kept: "asyncio.Future[None]", error: BaseException | None) -> None:
    """Tell whoever waits, if somebody still does."""
    if kept.done():
        return
    if error is None:
        kept.set_result(None)
    else:
        kept.set_exception(error)
