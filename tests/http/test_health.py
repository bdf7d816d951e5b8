"""Readiness: what each part says, and that a part which hangs does not hang the rest."""

import asyncio

import psycopg

from app.infra.database import Database
from app.infra.health import Degraded, NotReady, database_check, examine, worker_check


async def fine() -> None:
    """Be fine."""


async def broken() -> None:
    """Fail in a way that nobody foresaw."""
    msg = "password=secret"
    raise ValueError(msg)


async def refused() -> None:
    """Fail with a reason."""
    raise NotReady("no credentials")


async def limping() -> None:
    """Do a part of the work."""
    raise Degraded("one account is silent")


async def asleep() -> None:
    """Never answer."""
    await asyncio.sleep(60)


async def test_ready_when_every_part_is():
    """Every part is named in the answer."""
    health = await examine({"database": fine, "worker": fine})

    assert (True, {"database": "ok", "worker": "ok"}) == (health.is_ready, health.parts)


async def test_not_ready_says_what_and_no_secret(monkeypatch):
    """A part that fails, refuses or hangs makes the whole red; what it raised stays in the log."""
    monkeypatch.setattr("app.infra.health._LIMIT_SECONDS", 0.1)
    health = await examine({"a": fine, "b": broken, "c": refused, "d": asleep})

    assert not health.is_ready
    assert {
        "a": "ok",
        "b": "failed; the log says why",
        "c": "no credentials",
        "d": "does not answer",
    } == health.parts


async def test_degraded_is_told_and_ready():
    """What can't do all of its work is no reason to take the process out of rotation."""
    health = await examine({"a": fine, "b": limping})

    assert health.is_ready
    assert {"a": "ok", "b": "degraded: one account is silent"} == health.parts


async def test_a_worker_that_went_silent_is_red(database: Database, sql: psycopg.Connection):
    """Without a heartbeat in the last ten seconds there is no worker."""
    checks = {"worker": worker_check(database)}
    none = await examine(checks)
    sql.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    alive = await examine(checks)
    sql.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
    silent = await examine(checks)

    assert [False, True, False] == [none.is_ready, alive.is_ready, silent.is_ready]


async def test_a_database_that_is_away_is_red(database: Database, sql: psycopg.Connection):
    """When PostgreSQL lets nobody in, the process is not ready, and is again when it does."""
    await_row = "SELECT datname FROM pg_database WHERE datname = current_database()"
    (name,) = sql.execute(await_row).fetchone()
    drop = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'directpay'"
    checks = {"database": database_check(database)}
    before = await examine(checks)
    sql.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
    sql.execute(drop)
    await asyncio.sleep(0.1)
    away = await examine(checks)
    sql.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
    back = await examine(checks)

    assert [True, False, True] == [before.is_ready, away.is_ready, back.is_ready]
