"""The job worker: runs what transactions deferred, and finds what a dead worker left undone."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import psycopg
from procrastinate import App
from procrastinate.exceptions import ConnectorException

from app.infra.defer import Taken
from app.infra.jobs import Job, Schedule
from app.infra.worker.engine import Engine, make_app, make_pool

logger = logging.getLogger(__name__)

# Jobs wait more than they work, and those that command a dead charge point wait half a minute:
# enough places that payments and receipts always find one.
CONCURRENCY: Final = 100
HEARTBEAT_SECONDS: Final = 3
# A worker that was silent for so long is dead, and its jobs are done again.
STALLED_SECONDS: Final = 10
GRACE_SECONDS: Final = 10
_RESCUE_EVERY_SECONDS: Final = 2
_RESTART_WAIT_SECONDS: Final = 1
_CONNECT_SECONDS: Final = 3
# New jobs announce themselves; this is for those whose hour has come.
_POLL_SECONDS: Final = 0.5  # seconds
_KEEP_FAILED_HOURS: Final = 24 * 90

# Back into the queue, or out of it when another job with its queueing lock waits there already.
_AGAIN = """
UPDATE procrastinate_jobs AS job
SET status = (CASE WHEN EXISTS (
        SELECT FROM procrastinate_jobs AS waiting
        WHERE waiting.queueing_lock = job.queueing_lock AND waiting.status = 'todo')
    THEN 'aborted' ELSE 'todo' END)::procrastinate_job_status,
    attempts = attempts + 1, worker_id = NULL
WHERE id = %(id)s AND status = 'doing'
"""
_OF_THE_DEAD = """
AND NOT EXISTS (
    SELECT FROM procrastinate_workers AS worker
    WHERE worker.id = job.worker_id
    AND worker.last_heartbeat > now() - make_interval(secs => %(seconds)s))
"""
_OURS = "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = %(worker_id)s"


class Worker:
    """Runs jobs and schedules until it is stopped; survives the database's absence."""

    def __init__(
        self,
        url: str,
        jobs: Sequence[Job],
        schedules: Sequence[Schedule] = (),
        *,
        concurrency: int = CONCURRENCY,
    ) -> None:
        """Prepare to run *jobs* and *schedules* from the queue in the database at *url*."""
        self._url = url
        self._jobs = jobs
        self._know_first = frozenset(job.name for job in jobs if job.knows_first)
        self._schedules = (*schedules, Schedule("jobs.tidy", "17 3 * * *", self._tidy))
        self._concurrency = concurrency
        self._engine: Engine | None = None
        self._app: App | None = None
        self._stopping = False

    async def run(self) -> None:
        """Work until `stop` is called or this is cancelled; then finish what runs, and return."""
        while not self._stopping:
            try:
                await self._run_once()
            except (ConnectorException, psycopg.Error) as error:
                reason = error.__cause__ or error
                logger.warning("the worker lost the database (%s), again in a second", reason)
                await asyncio.sleep(_RESTART_WAIT_SECONDS)

    @property
    def worker_id(self) -> int | None:
        """Return the id under which this worker owns jobs now, or None while it does not run."""
        return None if self._engine is None else self._engine.worker_id

    @property
    def places(self) -> int:
        """Return how many more jobs it can run now."""
        return 0 if self._engine is None else self._engine.places

    def take(self, job: Taken) -> None:
        """Run *job*, which the commit that deferred it has given to this worker."""
        if self._engine is not None:
            self._engine.take(self._told(job))

    def _told(self, job: Taken) -> Taken:
        """Return *job* with the word that this is its first run, for those that know of it."""
        if job.task not in self._know_first:
            return job
        return replace(job, arguments={**job.arguments, "first": True})

    def stop(self) -> None:
        """Take no new job; `run` returns when those that run are done (at most ten seconds)."""
        self._stopping = True
        if self._engine is not None:
            self._engine.stop()  # type: ignore[no-untyped-call]  # not annotated there

    async def _run_once(self) -> None:
        self._app = make_app(self._jobs, self._schedules)
        async with make_pool(self._url) as pool, self._app.open_async(pool):
            await pool.wait(_CONNECT_SECONDS)
            self._engine = Engine(
                self._app,
                concurrency=self._concurrency,
                install_signal_handlers=False,
                delete_jobs="successful",
                fetch_job_polling_interval=_POLL_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                shutdown_graceful_timeout=GRACE_SECONDS,
            )
            rescuer = asyncio.create_task(
                self._rescue(self._app, self._engine), name="rescue stalled jobs"
            )
            try:
                await self._engine.run()  # type: ignore[no-untyped-call]  # likewise
            finally:
                # More than once: a pool whose database went may take a cancellation for its own.
                while not rescuer.done():
                    rescuer.cancel()
                    await asyncio.wait([rescuer], timeout=1)

    async def _rescue(self, app: App, engine: Engine) -> None:
        """Hand the jobs of dead workers to the living, and our own that we lost, for ever."""
        lost: set[int] = set()
        while True:
            try:
                for job in await app.job_manager.get_stalled_jobs(
                    seconds_since_heartbeat=STALLED_SECONDS
                ):
                    logger.warning("job %s %s was left undone: again", job.task_name, job.id)
                    await app.connector.execute_query_async(
                        _AGAIN + _OF_THE_DEAD, id=job.id, seconds=STALLED_SECONDS
                    )
                lost = await self._hand_back(app, engine, lost)
            except ConnectorException as error:
                logger.warning("cannot look for stalled jobs: %s", error.__cause__ or error)
            await asyncio.sleep(_RESCUE_EVERY_SECONDS)

    async def _hand_back(self, app: App, engine: Engine, before: set[int]) -> set[int]:
        """
        Queue the jobs that are ours and that nobody runs: their commit came through unnoticed.

        Only those that were so the time *before*, too: a job may just be on its way. Return those
        that are so now.
        """
        rows = await app.connector.execute_query_all_async(_OURS, worker_id=engine.worker_id)
        idle = {row["id"] for row in rows} - set(engine.running)
        for number in idle & before:
            logger.warning("job %s was given to this worker unnoticed: again", number)
            await app.connector.execute_query_async(_AGAIN, id=number)
        return idle - before

    async def _tidy(self) -> None:
        """Delete the jobs that ended long ago; those that succeeded are gone already."""
        assert self._app is not None  # noqa: S101 - the schedule runs inside it
        await self._app.job_manager.delete_old_jobs(
            nb_hours=_KEEP_FAILED_HOURS,
            include_failed=True,
            include_cancelled=True,
            include_aborted=True,
        )
