"""Jobs enqueued by the transaction that changes the state, for Procrastinate's worker."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

QUEUE = "default"

# What procrastinate_defer_jobs_v1 does, in one statement, and quiet about a job that waits already:
# a transaction that adds the same one waits for the other. In the order of the locks, so that two
# never wait for each other.
_DEFER = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, scheduled_at)
SELECT $1, task, lock, queueing_lock, args::jsonb, at
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    WITH ORDINALITY AS job(task, lock, queueing_lock, args, at, number)
ORDER BY queueing_lock, number
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
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
    if not jobs:
        return
    await driver.execute(
        _DEFER,
        QUEUE,
        [job.task for job in jobs],
        [job.lock for job in jobs],
        [job.queueing_lock for job in jobs],
        [msgspec.json.encode(job.arguments).decode() for job in jobs],
        [job.at for job in jobs],
    )
