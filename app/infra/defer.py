"""
Jobs enqueued by the transaction that changes the state, for Procrastinate's worker.

A job that may run at once is owned by this process's worker from the commit on, when it has a
place: nobody has to be told of it, and nobody has to fetch it. All others wait in the queue.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, Protocol

import msgspec

QUEUE = "default"

# What procrastinate_defer_jobs_v1 does, in one statement, and quiet about a job that waits already:
# a transaction that adds the same one waits for the other. In the order of the locks, so that two
# never wait for each other. What a worker takes is `doing` already, as if it had been fetched; a
# worker whose row is gone (it was silent for too long) takes nothing.
_DEFER = """
INSERT INTO procrastinate_jobs
    (queue_name, task_name, lock, queueing_lock, args, scheduled_at, worker_id, status)
SELECT $1, task, lock, queueing_lock, args::jsonb, at, worker.id,
    (CASE WHEN worker.id IS NULL THEN 'todo' ELSE 'doing' END)::procrastinate_job_status
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bool[])
    WITH ORDINALITY AS job(task, lock, queueing_lock, args, at, at_once, number)
LEFT JOIN (SELECT id FROM procrastinate_workers WHERE id = $8 FOR KEY SHARE) AS worker ON at_once
ORDER BY queueing_lock, number
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
RETURNING id, worker_id, task_name, queueing_lock, args::text
"""


class Driver(Protocol):
    """The part of asyncpg's connection that is used below SQLAlchemy."""

    async def execute(self, query: str, *arguments: object) -> str:
        """Run *query*; without arguments it may be several statements."""
        ...

    async def fetch(self, query: str, *arguments: object) -> Sequence[Any]:
        """Run *query* and return its rows."""
        ...

    def is_closed(self) -> bool:
        """Tell whether the connection is known to be gone."""
        ...

    def terminate(self) -> None:
        """Hang up at once."""
        ...


@dataclass(frozen=True, slots=True)
class Deferred:
    """A job that waits for its transaction to commit."""

    task: str
    lock: str | None
    queueing_lock: str | None
    at: datetime | None
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that is in the hands of this process's worker."""

    job_id: int
    worker_id: int
    task: str
    queueing_lock: str | None
    arguments: dict[str, Any]


class Hands(Protocol):
    """The job worker of this process."""

    @property
    def worker_id(self) -> int | None:
        """Return the id under which it works now, or None."""
        ...

    @property
    def places(self) -> int:
        """Return how many more jobs it can run now."""
        ...

    def take(self, job: Taken) -> None:
        """Run *job*, which is this worker's since the commit."""
        ...


async def defer_all(
    driver: Driver, jobs: Sequence[Deferred], hands: Hands | None
) -> Sequence[Taken]:
    """
    Insert *jobs* with the open transaction; of those with one queueing lock only the first.

    Return those that *hands* has to run after the commit: what waits neither for a lock nor for
    its hour, as far as there are places.
    """
    if not jobs:
        return ()
    rows = await driver.fetch(
        _DEFER,
        QUEUE,
        [job.task for job in jobs],
        [job.lock for job in jobs],
        [job.queueing_lock for job in jobs],
        [msgspec.json.encode(job.arguments).decode() for job in jobs],
        [job.at for job in jobs],
        _at_once(jobs, 0 if hands is None else hands.places),
        None if hands is None else hands.worker_id,
    )
    return [
        Taken(number, worker, task, lock, msgspec.json.decode(arguments))
        for number, worker, task, lock, arguments in rows
        if worker is not None
    ]


def _at_once(jobs: Sequence[Deferred], places: int) -> list[bool]:
    """Tell of each job whether it gets one of so many *places*."""
    ready = [job.lock is None and job.at is None for job in jobs]
    counted = accumulate(ready)
    return [is_ready and number <= places for is_ready, number in zip(ready, counted, strict=True)]
