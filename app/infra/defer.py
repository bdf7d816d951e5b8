"""Jobs enqueued by the transaction that changes the state, through Procrastinate's SQL function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

QUEUE = "default"

_DEFER = """
SELECT procrastinate_defer_jobs_v1(array_agg(
    ROW($1, task, 0, lock, queueing_lock, args::jsonb, at)::procrastinate_job_to_defer_v1))
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    AS job(task, lock, queueing_lock, args, at)
WHERE NOT EXISTS (SELECT FROM procrastinate_jobs waiting
                  WHERE waiting.queueing_lock = job.queueing_lock AND waiting.status = 'todo')
HAVING count(*) > 0
"""


class Driver(Protocol):
    """The part of asyncpg's connection that is used below SQLAlchemy."""

    async def execute(self, query: str, *arguments: object) -> str:
        """Run *query*; without arguments it may be several statements."""
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


async def defer_all(driver: Driver, jobs: Sequence[Deferred]) -> None:
    """Insert *jobs* with the open transaction; of those with one queueing lock only the first."""
    jobs = _first_of_each_queueing_lock(jobs)
    if not jobs:
        return
    for key in sorted(job.queueing_lock for job in jobs if job.queueing_lock):
        # Two transactions that add the same waiting job come one after the other.
        await driver.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", key)
    await driver.execute(
        _DEFER,
        QUEUE,
        [job.task for job in jobs],
        [job.lock for job in jobs],
        [job.queueing_lock for job in jobs],
        [msgspec.json.encode(job.arguments).decode() for job in jobs],
        [job.at for job in jobs],
    )


def _first_of_each_queueing_lock(jobs: Sequence[Deferred]) -> list[Deferred]:
    seen: set[str] = set()
    kept: list[Deferred] = []
    for job in jobs:
        if job.queueing_lock in seen:
            continue
        if job.queueing_lock is not None:
            seen.add(job.queueing_lock)
        kept.append(job)
    return kept
