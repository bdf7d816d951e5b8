"""Our jobs on Procrastinate: typed arguments, waits that grow, results that are not lost."""

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, get_type_hints

import msgspec
import psycopg
import psycopg_pool
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision, job_context, jobs
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.worker import Worker as ProcrastinateWorker
from psycopg.errors import RaiseException

from app.infra.defer import QUEUE, Taken
from app.infra.jobs import RETRY_SECONDS, Job, Schedule, TryAgain

logger = logging.getLogger(__name__)
_CRON_FIELDS_WITH_SECONDS: Final = 6
_POOL_SIZE: Final = 5
_PERSIST_WAIT_SECONDS: Final = 1
# What follows from a job begins before its end is written: somebody waits for that.
_PERSIST_AFTER_SECONDS: Final = 0.005  # seconds


class Backoff(BaseRetryStrategy):
    """Waits of RETRY_SECONDS, the last of them again and again, up to a number of attempts."""

    def __init__(self, attempts: int) -> None:
        """Allow *attempts* runs in all."""
        self._attempts = attempts

    def get_retry_decision(
        self, *, exception: BaseException, job: jobs.Job
    ) -> RetryDecision | None:
        """Return when *job* runs again, or None when it failed for good."""
        if isinstance(exception, asyncio.CancelledError):
            # This process goes down; another one, or the next, does the job at once.
            return RetryDecision(retry_in={"seconds": 0})
        if job.attempts + 1 >= self._attempts:
            return None
        seconds = RETRY_SECONDS[min(job.attempts, len(RETRY_SECONDS) - 1)]
        level = logging.INFO if isinstance(exception, TryAgain) else logging.WARNING
        trace = None if isinstance(exception, TryAgain) else exception
        text = "job %s %s: attempt %d failed (%r), again in %d s"
        logger.log(
            level, text, job.task_name, job.id, job.attempts + 1, exception, seconds, exc_info=trace
        )
        return RetryDecision(retry_in={"seconds": seconds})


class Engine(ProcrastinateWorker):
    """
    Procrastinate's worker, except that it takes jobs by hand, too, without fetching them.

    It also insists on writing down what became of a job.
    """

    _open = False

    @property
    def places(self) -> int:
        """Return how many more jobs can be taken; none before the start and after `stop`."""
        if not self._open or self._stop_event.is_set():
            return 0
        return max(self.concurrency - len(self._running_jobs), 0)

    @property
    def running(self) -> list[int]:
        """Return the numbers of the jobs that run here now."""
        return [each.job.id for each in self._running_jobs.values() if each.job.id is not None]

    def take(self, taken: Taken) -> None:
        """
        Run a job that a commit has just given to this worker.

        One that was given to an engine which is over is left to those who look for such jobs.
        """
        if taken.worker_id != self.worker_id or not self._open:
            return
        context = self._context(taken)
        task = asyncio.create_task(self._process_in_place(context), name=f"process {taken.task}")
        self._running_jobs[task] = context
        task.add_done_callback(self._running_jobs.pop)

    def _context(self, taken: Taken) -> job_context.JobContext:
        job = jobs.Job(
            id=taken.job_id,
            status=jobs.Status.DOING.value,
            queue=QUEUE,
            lock=None,
            queueing_lock=taken.queueing_lock,
            task_name=taken.task,
            task_kwargs=taken.arguments,
            worker_id=taken.worker_id,
        )
        return job_context.JobContext(
            app=self.app,
            worker_name=self.worker_name,
            job=job,
            abort_reason=lambda: self._job_ids_to_abort.get(taken.job_id),
            start_timestamp=time.time(),
        )

    async def _process_in_place(self, context: job_context.JobContext) -> None:
        async with self._job_semaphore:
            await self._process_job(context)

    def _start_side_tasks(self) -> list[asyncio.Task[Any]]:
        # From here on what runs is counted: see `_run_loop`.
        self._open = True
        return super()._start_side_tasks()

    async def _persist_job_status(
        self,
        job: jobs.Job,
        status: jobs.Status,
        retry_decision: RetryDecision | None,
        context: job_context.JobContext,
        job_result: job_context.JobResult | None,
    ) -> None:
        await asyncio.sleep(_PERSIST_AFTER_SECONDS)
        while True:
            try:
                await super()._persist_job_status(job, status, retry_decision, context, job_result)
            except UniqueViolation:
                # A job with the same queueing lock waits already: it does what this one would.
                status, retry_decision = jobs.Status.ABORTED, None
            except ConnectorException as error:
                if isinstance(error.__cause__, RaiseException):
                    # It is written already, and the answer was lost; or another worker has it.
                    logger.warning("job %s %s: is not ours any more", job.task_name, job.id)
                    return
                if self._stop_event.is_set():
                    raise  # the next worker finds the job and does it again
                logger.warning("job %s %s: cannot write its result yet", job.task_name, job.id)
                await asyncio.sleep(_PERSIST_WAIT_SECONDS)
            else:
                return

    async def _shutdown(self, side_tasks: list[asyncio.Task[Any]]) -> None:
        # Also when the loop ended by an error: then nobody may wait for the database any more.
        self._stop_event.set()
        await super()._shutdown(side_tasks)
        self._open = False


def make_pool(url: str) -> psycopg_pool.AsyncConnectionPool:
    """
    Return the worker's own small pool at *url*, not open yet.

    It asks no connection whether it lives: a dead one fails, and the worker starts again.
    """
    return psycopg_pool.AsyncConnectionPool(
        url, min_size=1, max_size=_POOL_SIZE, open=False, configure=_one_statement_each
    )


def make_app(jobs_: Sequence[Job], schedules: Sequence[Schedule]) -> App:
    """Return Procrastinate's app with our jobs and schedules; it is opened with a pool."""
    app = App(connector=PsycopgConnector())
    for job in jobs_:
        app.task(name=job.name, queue=QUEUE, retry=Backoff(job.attempts))(typed(job.run))
    for schedule in schedules:
        task = app.task(
            name=schedule.name,
            queue=QUEUE,
            lock=f"schedule:{schedule.name}",
            queueing_lock=f"schedule:{schedule.name}",
        )(_by_the_clock(schedule))
        app.periodic(cron=_seconds_last(schedule.cron))(task)
    return app


async def _one_statement_each(connection: psycopg.AsyncConnection) -> None:
    """Let each statement be its own transaction: that is all that Procrastinate needs."""
    await connection.set_autocommit(True)


def typed(run: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Return *run* taking JSON values, each turned into the type that its parameter declares."""
    hints = get_type_hints(run) if inspect.isroutine(run) else {}

    async def call(**arguments: Any) -> None:  # noqa: ANN401 - JSON as it comes
        await run(
            **{
                name: msgspec.convert(value, hints[name], strict=False) if name in hints else value
                for name, value in arguments.items()
            }
        )

    return call


def _by_the_clock(schedule: Schedule) -> Callable[[int], Awaitable[None]]:
    async def call(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate hands it over
        await schedule.run()

    return call


def _seconds_last(cron: str) -> str:
    """Return *cron* as croniter reads it: the seconds, when there are any, in the last field."""
    fields = cron.split()
    if len(fields) == _CRON_FIELDS_WITH_SECONDS:
        fields = [*fields[1:], fields[0]]
    return " ".join(fields)
