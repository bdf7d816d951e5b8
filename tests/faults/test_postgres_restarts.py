"""PostgreSQL restarts under load: nothing that was committed is lost, nothing happens by half."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.exc import SQLAlchemyError

from app.infra.database import EVERY_OPERATOR, Database, DatabaseUnavailable, engine
from app.infra.embedded.postgres import Server, launch
from app.infra.jobs import Job
from app.infra.live import MemoryLiveBus
from app.infra.migrations.migrate import migrate
from app.infra.worker import Worker
from app.kernel.clock import SystemClock
from app.kernel.ids import RandomIds

WRITERS = 8


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of this test's own that keeps what it promised."""
    folder = Path(tempfile.mkdtemp(prefix="directpay-restart-"))
    folder.chmod(0o755)
    launched = launch(folder / "postgres")
    migrate(launched.url)
    yield launched
    launched.stop()
    shutil.rmtree(folder, ignore_errors=True)


async def until(true: Callable[[], bool]) -> None:
    """Wait until *true* is true, a minute at most."""
    for _ in range(600):
        if true():
            return
        await asyncio.sleep(0.1)


def restart(server: Server, how: str) -> None:
    """Stop the server *how* (`fast` ends sessions, `immediate` is a crash) and start it again."""
    done = server.runner.run(
        [server.binaries / "pg_ctl", "restart", "-D", server.data, "-m", how, "-w",
         "-l", server.data.parent / "log"]
    )  # fmt: skip
    assert 0 == done.returncode, done.stderr


@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_every_committed_job_runs(server: Server, how: str):
    """
    Eight writers defer jobs while the server goes away and comes back.

    A writer that got no error has committed: each of its jobs runs. One that got an error may have
    committed or not (the answer was lost), but no job runs that nobody deferred.
    """
    database = Database(
        engine(server.url, pool_size=WRITERS),
        clock=SystemClock(),
        ids=RandomIds(),
        live=MemoryLiveBus(),
        reactors={},
    )
    committed, tried, done, refused = set(), set(), set(), 0
    stop = asyncio.Event()

    async def write(writer: int) -> None:
        nonlocal refused
        number = writer
        while not stop.is_set():
            number += WRITERS
            tried.add(number)
            try:
                async with database.work(EVERY_OPERATOR) as work:
                    work.defer("test.run", number=number)
            except DatabaseUnavailable:
                refused += 1
                await asyncio.sleep(0.05)
            except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                refused += 1
            else:
                committed.add(number)

    async def run(*, number: int) -> None:
        done.add(number)

    worker = Worker(server.url, [Job("test.run", run)])
    working = asyncio.create_task(worker.run())
    writers = [asyncio.create_task(write(number)) for number in range(WRITERS)]
    await asyncio.sleep(1)
    before = len(committed)
    await asyncio.to_thread(restart, server, how)
    after = len(committed)
    await asyncio.sleep(2)
    stop.set()
    await asyncio.gather(*writers)
    await until(lambda: committed <= done)
    worker.stop()
    await working
    await database.close()

    assert set() == committed - done
    assert 0 < before <= after < len(committed)
    assert refused > 0
    assert done <= tried
