"""The job worker on a real PostgreSQL: speed, waits, locks, and the jobs of the dead."""

import asyncio
import json
import logging
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from app.infra.database import EVERY_OPERATOR, Database
from app.infra.defer import Taken
from app.infra.jobs import Job, Schedule, TryAgain
from app.infra.worker import Worker
from app.infra.worker import engine as engine_module
from app.infra.worker import run as worker_module
from app.kernel.clock import SystemClock

ROOT = Path(__file__).parent.parent.parent


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[None]:
    """Run *worker* beside the block."""
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await asyncio.wait_for(task, 15)


async def until(true: Callable[[], bool], seconds: int = 10) -> None:
    """Wait until *true* is true, or fail after some *seconds*."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.005)


async def defer(database: Database, task: str, **options) -> None:
    """Defer one job in a work of its own."""
    async with database.work(EVERY_OPERATOR) as work:
        work.defer(task, **options)


def statuses(sql: psycopg.Connection) -> list[str]:
    """Return the status of each job that is still in the table."""
    rows = sql.execute("SELECT status::text FROM procrastinate_jobs ORDER BY id").fetchall()
    return [status for (status,) in rows]


async def test_a_job_starts_right_after_its_commit(
    database: Database, postgres_url: str, sql: psycopg.Connection
):
    """A deferred job runs within a fraction of a second, not at the next poll."""
    started: list[float] = []

    async def run() -> None:
        started.append(time.monotonic())

    async with working(Worker(postgres_url, [Job("test.run", run)])):
        await asyncio.sleep(0.5)
        waits = []
        for number in range(10):
            before = time.monotonic()
            await defer(database, "test.run")
            await until(lambda count=number + 1: len(started) == count)
            waits.append(started[-1] - before)
        await until(lambda: statuses(sql) == [])

    assert sorted(waits)[5] < 0.1


async def test_arguments_arrive_as_what_they_were(database: Database, postgres_url: str):
    """The queue holds JSON; a handler gets the types that it declares."""
    got: list[object] = []

    async def run(*, operator_id: UUID, number: int, name: str) -> None:
        got.append((operator_id, number, name))

    async with working(Worker(postgres_url, [Job("test.run", run)])):
        await defer(database, "test.run", operator_id=UUID(int=7), number=3, name="a")
        await until(lambda: got != [])

    assert [(UUID(int=7), 3, "a")] == got


async def test_try_again_comes_back_after_the_wait(
    database: Database, postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    """A job that raises TryAgain runs once more, and then counts as done."""
    monkeypatch.setattr(engine_module, "RETRY_SECONDS", (0, 0))
    runs: list[int] = []

    async def run() -> None:
        runs.append(1)
        if len(runs) < 3:
            raise TryAgain

    async with working(Worker(postgres_url, [Job("test.run", run)])):
        await defer(database, "test.run")
        await until(lambda: len(runs) == 3)

    assert 3 == len(runs)


async def test_a_job_that_fails_for_good_stays_and_is_loud(
    database: Database,
    postgres_url: str,
    sql: psycopg.Connection,
    caplog: pytest.LogCaptureFixture,
):
    """After the last attempt a job stays `failed` in the table, and the log names it."""

    async def run(*, number: int) -> None:
        msg = f"cannot do {number}"
        raise ValueError(msg)

    with caplog.at_level(logging.ERROR):
        async with working(Worker(postgres_url, [Job("test.run", run, attempts=1)])):
            await defer(database, "test.run", number=42)
            await until(lambda: statuses(sql) == ["failed"])

    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "test.run" in record.message
    assert "number=42" in record.message


async def test_an_unknown_job_is_not_lost(
    database: Database, postgres_url: str, sql: psycopg.Connection
):
    """A job that this release does not know stays in the table as failed."""
    async with working(Worker(postgres_url, [])):
        await defer(database, "test.unknown")
        await until(lambda: statuses(sql) == ["failed"])

    assert ["failed"] == statuses(sql)


async def test_jobs_with_one_lock_run_one_after_the_other(database: Database, postgres_url: str):
    """Ten jobs with the same lock never overlap, and do not wait for the poll in between."""
    running, most, done = 0, 0, 0

    async def run() -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        done += 1

    async with working(Worker(postgres_url, [Job("test.run", run)])):
        await asyncio.sleep(0.5)
        before = time.monotonic()
        async with database.work(EVERY_OPERATOR) as work:
            for _ in range(10):
                work.defer("test.run", lock="one")
        await until(lambda: done == 10)
        seconds = time.monotonic() - before

    assert (1, 10) == (most, done)
    assert seconds < 2


async def test_a_job_waits_for_its_hour(database: Database, postgres_url: str):
    """A job deferred for later does not run before."""
    started: list[float] = []

    async def run() -> None:
        started.append(time.monotonic())

    async with working(Worker(postgres_url, [Job("test.run", run)])):
        before = time.monotonic()
        await defer(database, "test.run", at=SystemClock().now() + timedelta(seconds=1))
        await until(lambda: started != [])

    assert 1 <= started[0] - before < 3.5


async def test_a_retry_gives_way_to_a_waiting_job(
    database: Database, postgres_url: str, sql: psycopg.Connection
):
    """A failed job whose queueing lock was taken meanwhile ends; the waiting one does the work."""
    runs: list[int] = []
    second = asyncio.Event()

    async def run(*, number: int) -> None:
        runs.append(number)
        if number == 1:
            await defer(database, "test.run", queueing_lock="one", lock="one", number=2)
            raise TryAgain
        second.set()

    async with working(Worker(postgres_url, [Job("test.run", run)])):
        await defer(database, "test.run", queueing_lock="one", lock="one", number=1)
        await asyncio.wait_for(second.wait(), 5)

    assert [1, 2] == runs
    assert ["aborted"] == statuses(sql)


async def test_a_schedule_comes_back_by_the_second(postgres_url: str):
    """A cron line with six fields begins with the seconds."""
    runs: list[float] = []

    async def run() -> None:
        runs.append(time.monotonic())

    async with working(Worker(postgres_url, [], [Schedule("test.tick", "* * * * * *", run)])):
        await until(lambda: len(runs) >= 3)

    assert runs[2] - runs[0] < 4.5


async def test_a_stopped_worker_finishes_what_it_began(
    database: Database, postgres_url: str, sql: psycopg.Connection
):
    """A job that runs when the worker is told to stop is done to its end."""
    began, ended = asyncio.Event(), []

    async def run() -> None:
        began.set()
        await asyncio.sleep(0.5)
        ended.append(1)

    async with working(Worker(postgres_url, [Job("test.run", run)])):
        await defer(database, "test.run")
        await began.wait()

    assert [1] == ended
    assert [] == statuses(sql)


async def test_a_job_that_does_not_end_goes_back_to_the_queue(
    database: Database,
    postgres_url: str,
    sql: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
):
    """A job that outlasts the grace is cancelled and waits for the next worker."""
    monkeypatch.setattr(worker_module, "GRACE_SECONDS", 0)
    began = asyncio.Event()

    async def run() -> None:
        began.set()
        await asyncio.sleep(60)

    async with working(Worker(postgres_url, [Job("test.run", run)])):
        await defer(database, "test.run")
        await began.wait()

    assert ["todo"] == statuses(sql)


async def test_the_worker_outlives_lost_connections(
    database: Database, postgres_url: str, sql: psycopg.Connection
):
    """When the database drops every connection in the middle of a job, its result still arrives."""
    began, runs = asyncio.Event(), []

    async def run() -> None:
        began.set()
        await asyncio.sleep(0.5)
        runs.append(1)

    async with working(Worker(postgres_url, [Job("test.run", run)])):
        await defer(database, "test.run")
        await began.wait()
        sql.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'directpay'"
        )
        await until(lambda: statuses(sql) == [])
        await defer(database, "test.run")
        await until(lambda: len(runs) == 2)

    assert [1, 1] == runs


async def test_a_worker_without_a_database_waits_and_can_be_stopped():
    """While nothing answers the worker neither dies nor hangs when it is told to stop."""
    worker = Worker("postgresql://nobody:nothing@127.0.0.1:1/none", [])
    task = asyncio.create_task(worker.run())
    await asyncio.sleep(4)
    alive = not task.done()
    worker.stop()
    await asyncio.wait_for(task, 6)

    assert alive


VICTIM = """
import asyncio, sys
from pathlib import Path
from app.infra.jobs import Job
from app.infra.worker import Worker

async def run():
    with Path(sys.argv[2]).open("a") as file:
        file.write("began\\n")
    await asyncio.sleep(60)

asyncio.run(Worker(sys.argv[1], [Job("test.run", run)]).run())
"""


async def test_the_job_of_a_killed_worker_is_done_once_more(
    database: Database,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sql: psycopg.Connection,
):
    """A worker killed with -9 in the middle of a job leaves it to the next one."""
    monkeypatch.setattr(worker_module, "STALLED_SECONDS", 2)
    mark = tmp_path / "mark"
    command = [sys.executable, "-c", VICTIM, postgres_url, str(mark)]
    victim = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        await defer(database, "test.run", queueing_lock="one")
        await until(mark.exists, 20)
        await until(lambda: statuses(sql) == ["doing"])
    finally:
        victim.kill()
        await victim.wait()
    runs: list[int] = []

    async def run() -> None:
        runs.append(1)

    async with working(Worker(postgres_url, [Job("test.run", run)])):
        await until(lambda: runs != [], 15)
        await until(lambda: statuses(sql) == [])

    assert "began\n" == mark.read_text()
    assert [1] == runs


async def test_a_result_that_is_written_already_is_left_alone(
    database: Database, postgres_url: str, sql: psycopg.Connection
):
    """The commit came through and its answer did not: the worker goes on, and can be stopped."""
    done: list[str] = []

    async def vanish() -> None:
        sql.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'test.vanish'")
        done.append("vanish")

    async def other() -> None:
        done.append("other")

    jobs = [Job("test.vanish", vanish), Job("test.other", other)]
    async with working(Worker(postgres_url, jobs, concurrency=1)):
        await defer(database, "test.vanish")
        await until(lambda: done == ["vanish"])
        await defer(database, "test.other")
        await until(lambda: done == ["vanish", "other"])


@asynccontextmanager
async def at_hand(database: Database, worker: Worker) -> AsyncIterator[None]:
    """Run *worker* beside the block, in the process that defers."""
    database.hand_to(worker)
    async with working(worker):
        await until(lambda: worker.places > 0)
        yield


async def test_a_job_is_taken_with_the_commit_that_defers_it(
    database: Database, postgres_url: str, sql: psycopg.Connection
):
    """The worker of the same process owns a job from the commit on; nobody has to fetch it."""
    gate = asyncio.Event()
    worker = Worker(postgres_url, [Job("test.run", gate.wait)])
    async with at_hand(database, worker):
        await defer(database, "test.run", queueing_lock="one")

        owners = sql.execute("SELECT status::text, worker_id FROM procrastinate_jobs").fetchall()
        gate.set()
        await until(lambda: statuses(sql) == [])
        owner = worker.worker_id

    assert [("doing", owner)] == owners


@dataclass
class FullHands:
    """A worker that takes what it is given, and never looks into the queue."""

    worker_id: int
    places: int
    taken: list[Taken] = field(default_factory=list)

    def take(self, job: Taken) -> None:
        """Keep the job."""
        self.taken.append(job)


async def test_what_has_to_wait_waits_in_the_queue(database: Database, sql: psycopg.Connection):
    """A lock, an hour to come, or a worker without a free place: the job is queued as ever."""
    row = sql.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id").fetchone()
    assert row is not None
    hands = FullHands(row[0], places=2)
    database.hand_to(hands)

    async with database.work(EVERY_OPERATOR) as work:
        work.defer("test.run", at=SystemClock().now() + timedelta(hours=1))
        work.defer("test.run", lock="one")
        for _ in range(3):
            work.defer("test.run")

    assert ["todo", "todo", "doing", "doing", "todo"] == statuses(sql)
    assert 2 == len(hands.taken)


async def test_a_job_that_is_taken_runs_once(
    database: Database, postgres_url: str, sql: psycopg.Connection
):
    """A worker at hand and one that fetches never run the same job, however they race."""
    runs: list[int] = []

    async def run(*, number: int) -> None:
        await asyncio.sleep(0.001)
        runs.append(number)

    near = Worker(postgres_url, [Job("test.run", run)], concurrency=5)
    far = Worker(postgres_url, [Job("test.run", run)], concurrency=5)
    async with at_hand(database, near), working(far):
        for first in range(0, 300, 10):
            async with database.work(EVERY_OPERATOR) as work:
                for number in range(first, first + 10):
                    work.defer("test.run", number=number)
        await until(lambda: statuses(sql) == [], 20)

    assert list(range(300)) == sorted(runs)


async def test_a_work_is_told_what_this_process_runs_itself(
    database: Database, postgres_url: str, sql: psycopg.Connection
):
    """Only the run that the commit itself begins knows that it is the first."""
    firsts: list[bool] = []

    async def run(*, first: bool = False) -> None:
        firsts.append(first)
        if len(firsts) == 1:
            raise TryAgain

    async with at_hand(database, Worker(postgres_url, [Job("test.run", run, knows_first=True)])):
        async with database.work(EVERY_OPERATOR) as work:
            work.defer("test.run")
            work.defer("test.locked", lock="one")
            work.defer("test.later", at=SystemClock().now() + timedelta(hours=1))
            work.defer("test.single", queueing_lock="one", lock="two")
            told = await work.enqueue()
            seen = statuses(sql)
        await until(lambda: len(firsts) == 2)

    assert {"test.run"} == told
    assert [] == seen
    assert [True, False] == firsts


async def test_nobody_is_promised_what_another_process_may_run(
    database: Database, sql: psycopg.Connection
):
    """Without a worker of this process every job waits in the queue, and the work knows it."""
    async with database.work(EVERY_OPERATOR) as work:
        work.defer("test.run")
        told = await work.enqueue()
        again = await work.enqueue()

    assert (frozenset(), frozenset()) == (told, again)
    assert ["todo"] == statuses(sql)


async def test_only_what_may_run_now_is_announced(database: Database, sql: psycopg.Connection):
    """A job with an hour to come wakes no worker: it is found by the poll when it is due."""
    sql.execute("LISTEN procrastinate_any_queue_v1")
    await defer(database, "test.later", at=SystemClock().now() + timedelta(hours=1))
    await defer(database, "test.now")
    heard = [each.payload for each in sql.notifies(timeout=0.5)]
    row = sql.execute("SELECT id FROM procrastinate_jobs WHERE task_name = 'test.now'").fetchone()

    assert [{"type": "job_inserted", "job_id": row[0]}] == [json.loads(each) for each in heard]


async def test_a_job_whose_work_rolls_back_never_runs(database: Database, postgres_url: str):
    """What is taken is taken by the commit: without one there is no job."""
    runs: list[int] = []

    async def run() -> None:
        runs.append(1)

    async with at_hand(database, Worker(postgres_url, [Job("test.run", run)])):
        with pytest.raises(ZeroDivisionError):
            async with database.work(EVERY_OPERATOR) as work:
                work.defer("test.run")
                1 / 0  # noqa: B018
        await asyncio.sleep(0.2)

    assert [] == runs


async def test_a_commit_that_nobody_noticed_is_noticed(
    database: Database,
    postgres_url: str,
    sql: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
):
    """A job that is this worker's, and that it does not run, is queued again after a while."""
    monkeypatch.setattr(worker_module, "_RESCUE_EVERY_SECONDS", 0.2)
    runs: list[int] = []

    async def run() -> None:
        runs.append(1)

    worker = Worker(postgres_url, [Job("test.run", run)])
    async with at_hand(database, worker):
        sql.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)"
            " VALUES ('default', 'test.run', 'doing', %s)",
            [worker.worker_id],
        )
        await until(lambda: statuses(sql) == [])

    assert [1] == runs


async def test_a_worker_that_was_given_up_takes_nothing(
    database: Database, postgres_url: str, sql: psycopg.Connection
):
    """Once others took a silent worker for dead, its commits still come through, and queue."""
    runs: list[int] = []

    async def run() -> None:
        runs.append(1)

    async with at_hand(database, Worker(postgres_url, [Job("test.run", run)])):
        sql.execute("DELETE FROM procrastinate_workers")
        await defer(database, "test.run")
        await until(lambda: runs == [1])
