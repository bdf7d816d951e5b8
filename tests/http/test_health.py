"""Liveness and readiness as those who restart processes see them."""

import asyncio
from collections.abc import Mapping

import psycopg
from httpx import ASGITransport, AsyncClient
from litestar import Litestar
from litestar.di import Provide

from app.api.health import health_live, health_ready
from app.infra.database import Database
from app.infra.health import Check, NotReady, database_check, worker_check


def client(checks: Mapping[str, Check]) -> AsyncClient:
    """Return a client of an app that has only the health routes."""
    given = Provide(lambda: checks, sync_to_thread=False)
    app = Litestar([health_live, health_ready], dependencies={"checks": given})
    return AsyncClient(transport=ASGITransport(app), base_url="http://test")


async def fine() -> None:
    """Be fine."""


async def broken() -> None:
    """Fail in a way that nobody foresaw."""
    msg = "password=secret"
    raise ValueError(msg)


async def refused() -> None:
    """Fail with a reason."""
    raise NotReady("no credentials")


async def asleep() -> None:
    """Never answer."""
    await asyncio.sleep(60)


async def test_live_needs_nothing():
    """The process is alive as long as it answers."""
    async with client({"database": broken}) as http:
        answer = await http.get("/health/live")

    assert (200, "ok") == (answer.status_code, answer.json()["status"])


async def test_ready_when_every_part_is():
    """Every part is named in the answer."""
    async with client({"database": fine, "worker": fine}) as http:
        answer = await http.get("/health/ready")

    assert 200 == answer.status_code
    assert {"status": "ok", "parts": {"database": "ok", "worker": "ok"}} == answer.json()


async def test_not_ready_says_what_and_no_secret(monkeypatch):
    """A part that fails, refuses or hangs makes the whole red; what it raised stays in the log."""
    monkeypatch.setattr("app.infra.health._LIMIT_SECONDS", 0.1)
    async with client({"a": fine, "b": broken, "c": refused, "d": asleep}) as http:
        answer = await http.get("/health/ready")

    assert 503 == answer.status_code
    assert {
        "a": "ok",
        "b": "failed; the log says why",
        "c": "no credentials",
        "d": "does not answer",
    } == answer.json()["parts"]


async def test_a_worker_that_went_silent_is_red(database: Database, sql: psycopg.Connection):
    """Without a heartbeat in the last ten seconds there is no worker."""
    check = worker_check(database)
    async with client({"worker": check}) as http:
        none = await http.get("/health/ready")
        sql.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
        alive = await http.get("/health/ready")
        sql.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        silent = await http.get("/health/ready")

    assert [503, 200, 503] == [none.status_code, alive.status_code, silent.status_code]


async def test_a_database_that_is_away_is_red(database: Database, sql: psycopg.Connection):
    """When PostgreSQL lets nobody in, the process is not ready, and is again when it does."""
    await_row = "SELECT datname FROM pg_database WHERE datname = current_database()"
    (name,) = sql.execute(await_row).fetchone()
    drop = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'directpay'"
    async with client({"database": database_check(database)}) as http:
        before = await http.get("/health/ready")
        sql.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
        sql.execute(drop)
        await asyncio.sleep(0.1)
        away = await http.get("/health/ready")
        sql.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
        back = await http.get("/health/ready")

    assert [200, 503, 200] == [before.status_code, away.status_code, back.status_code]
