"""A worker that tests hold by the hand: it runs the jobs that are due by the test's clock."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import psycopg

from app.infra.jobs import RETRY_SECONDS, Job, TryAgain
from app.infra.worker.engine import typed
from tests.fakes.clock import FakeClock

MOST_JOBS = 500


class HandWorker:
    """Runs waiting jobs one after the other, in the real worker's order, until none is due."""

    def __init__(self, sql: psycopg.Connection, jobs: Sequence[Job], clock: FakeClock) -> None:
        """Work on the queue that *sql* sees."""
        self.sql = sql
        self._jobs = {job.name: job for job in jobs}
        self._clock = clock
        self.done: list[str] = []

    async def run_due(self) -> list[str]:
        """Run what is due and what follows from it; return the names in order."""
        before = len(self.done)
        for _ in range(MOST_JOBS):
            due = self._take()
            if due is None:
                return self.done[before:]
            await self._run(*due)
        raise AssertionError("the jobs never end")

    def waiting(self) -> list[str]:
        """Return the names of the jobs that wait for their hour."""
        rows = self.sql.execute(
            "SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
        )
        return [name for (name,) in rows]

    def _take(self) -> tuple[int, str, Mapping[str, object], int] | None:
        # A lock keeps the order, even behind a job that waits for its hour (Procrastinate).
        return self.sql.execute(
            "SELECT id, task_name, args, attempts FROM procrastinate_jobs AS job"
            " WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %s)"
            " AND NOT EXISTS (SELECT FROM procrastinate_jobs AS earlier WHERE"
            " earlier.lock = job.lock AND earlier.status = 'todo' AND earlier.id < job.id)"
            " ORDER BY id LIMIT 1",
            [self._clock.now()],
        ).fetchone()

    async def _run(
        self, number: int, name: str, arguments: Mapping[str, object], tries: int
    ) -> None:
        job = self._jobs[name]
        try:
            await typed(job.run)(**arguments)
        except TryAgain:
            wait = RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)]
            self.sql.execute(
                "UPDATE procrastinate_jobs SET attempts = attempts + 1, scheduled_at = %s"
                " WHERE id = %s",
                [self._clock.now() + timedelta(seconds=wait), number],
            )
            return
        self.sql.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [number])
        self.done.append(name)
