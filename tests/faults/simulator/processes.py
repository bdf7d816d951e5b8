"""The product's process: durable jobs, work that takes time, and kill -9 at any moment."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.infra.jobs import RETRY_SECONDS, TryAgain
from tests.faults.simulator.agenda import Agenda

# What takes time: it is handed what to do with the answer, when there is one.
Asking = Callable[[Callable[[Any], None]], None]
# Work between whose transactions something is asked.
Work = Generator[Asking, Any, None]
STALLED = timedelta(seconds=30)


@dataclass
class Job:
    """A job as the queue keeps it; *once* is its queueing lock, *lock* keeps an order."""

    task: str
    make: Callable[[], Work]
    due: datetime
    lock: str | None = None
    once: str | None = None
    attempts: int = 0
    is_running: bool = False


@dataclass
class Process:
    """
    Runs jobs and requests; what is in memory is gone when it is killed, the jobs are not.

    *deadly* are the steps after which it dies by itself: what was asked then is on its way.
    """

    agenda: Agenda
    deadly: frozenset[int] = frozenset()
    volatile: bool = False
    is_up: bool = True
    jobs: list[Job] = field(default_factory=list)
    _life: int = 0
    _steps: int = 0

    def defer(
        self,
        task: str,
        make: Callable[[], Work],
        *,
        after: timedelta = timedelta(0),
        lock: str | None = None,
        once: str | None = None,
    ) -> None:
        """Put a job into the queue, unless one with its queueing lock waits there already."""
        if once and any(job.once == once and not job.is_running for job in self.jobs):
            return
        job = Job(task, make, self.agenda.now + after, lock, once)
        self.jobs.append(job)
        self._look_at(job)

    def serve(self, what: str, make: Callable[[], Work]) -> bool:
        """Run a request, which nobody repeats when the process dies; False when it is down."""
        if self.is_up:
            self.agenda.note(what)
            self._go_on(make(), None, self._life, None)
        return self.is_up

    def kill(self, seconds: float) -> None:
        """Die now, and come up again after *seconds*."""
        self.is_up = False
        self._life += 1
        if self.volatile:
            self.jobs.clear()
        self.agenda.after(seconds, "the process is back", self._come_up)

    def _come_up(self) -> None:
        self.is_up = True
        for job in self.jobs:
            if job.is_running:
                job.is_running = False
                job.due = self.agenda.now + STALLED
            self._look_at(job)

    def _look_at(self, job: Job) -> None:
        self.agenda.at(job.due, f"job {job.task}", lambda: self._run(job))

    def _run(self, job: Job) -> None:
        if job not in self.jobs or job.is_running or not self.is_up or job.due > self.agenda.now:
            return
        if job.lock and self._first_of(job.lock) is not job:
            return
        job.is_running = True
        self._go_on(job.make(), None, self._life, job)

    def _first_of(self, lock: str) -> Job:
        return next(job for job in self.jobs if job.lock == lock)

    def _go_on(self, work: Work, answer: Any, life: int, job: Job | None) -> None:
        if life != self._life:
            return
        try:
            asking = work.send(answer)
        except StopIteration:
            self._done(job)
        except TryAgain:
            self._again(job)
        else:
            asking(lambda found: self._go_on(work, found, life, job))
        self._steps += 1
        if self._steps in self.deadly:
            self.agenda.note("killed between two steps")
            self.kill(self.agenda.chance.uniform(2, 60))

    def _done(self, job: Job | None) -> None:
        if job is None:
            return
        self.jobs.remove(job)
        for other in self.jobs:
            if other.lock is not None and other.lock == job.lock:
                self._look_at(other)

    def _again(self, job: Job | None) -> None:
        assert job is not None
        wait = RETRY_SECONDS[min(job.attempts, len(RETRY_SECONDS) - 1)]
        job.attempts += 1
        job.is_running = False
        job.due = self.agenda.now + timedelta(seconds=wait)
        self._look_at(job)
