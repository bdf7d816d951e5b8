"""
The connections: a pool of them, and how one is lent, in a transaction or without.

SQLAlchemy's own extension for asyncio is left out: it brings the ORM along, 8 MiB that nobody uses
here, and a second object around each connection. What is called in `greenlet_spawn` may wait.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine
from sqlalchemy.exc import DBAPIError, EmulatedDBAPIException
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.util import greenlet_spawn

from app.infra.defer import Driver
from app.kernel.errors import Kind, Problem

_BEGIN: Final = "BEGIN; SELECT set_config('directpay.operator', '{}', true)"
# What asyncpg raises on a connection that broke in the middle of something.
_BROKEN: Final = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
# What asyncpg, SQLAlchemy's driver for it and its pool raise when no connection is to be had.
UNREACHABLE: Final = (
    OSError,
    TimeoutError,
    *_BROKEN,
    PoolTimeout,
    DBAPIError,
    EmulatedDBAPIException,
)


class _EveryOperator:
    """The mark of work that is not one operator's: look-ups by code, token or identity, sweeps."""

    def __str__(self) -> str:
        return "*"


EVERY_OPERATOR: Final = _EveryOperator()
Scope = UUID | _EveryOperator


class DatabaseUnavailable(Problem):
    """
    No connection to PostgreSQL is to be had right now, or it went away in the middle.

    Nobody knows then whether a commit under way was done: what is repeatable is to be repeated.
    """

    code = "database_unavailable"
    kind = Kind.UNAVAILABLE
    title = "We cannot answer right now"


def engine(url: str, *, pool_size: int = 10) -> Engine:
    """Return an engine whose transactions are opened by `Database.work`, not by SQLAlchemy."""
    return create_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        isolation_level="AUTOCOMMIT",
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=False,
        json_deserializer=_from_json,
        # What a look sees, which is no transaction; every work sets its own operator.
        connect_args={"server_settings": {"directpay.operator": str(EVERY_OPERATOR)}},
        pool_use_lifo=True,  # the connection used last knows its statements
    )


def _from_json(text: str) -> object:
    """Return what *text* of the database says, five times as fast as SQLAlchemy's own way."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        # A number beyond a float's: JSONB holds it, and Python's own decoder calls it infinite.
        return json.loads(text)


@asynccontextmanager
async def lend(pool: Engine, scope: Scope) -> AsyncIterator[tuple[Connection, Driver]]:
    """Lend a connection with a transaction of *scope* open. Raises DatabaseUnavailable."""
    try:
        connection = await greenlet_spawn(pool.connect)
    except UNREACHABLE as error:
        raise DatabaseUnavailable("the database does not answer") from error
    try:
        yield connection, await _begun(connection, scope)
    finally:
        # Not cut short when cancelled: no transaction is open any more, so that giving the
        # connection back waits for nothing.
        await greenlet_spawn(connection.close)


@asynccontextmanager
async def lend_driver(pool: Engine) -> AsyncIterator[Driver]:
    """
    Lend the driver's connection alone. Raises DatabaseUnavailable.

    SQLAlchemy's own around it costs as much as a statement, and a look has no use for it.
    """
    try:
        lent = await greenlet_spawn(_take, pool)
    except UNREACHABLE as error:
        raise DatabaseUnavailable("the database does not answer") from error
    try:
        yield _driver(lent)
    finally:
        await greenlet_spawn(lent.close)  # as above


def _take(pool: Engine) -> PoolProxiedConnection:
    """Take a connection of the pool, once more when the server restarted meanwhile."""
    for _ in range(2):
        lent = pool.raw_connection()
        if not _driver(lent).is_closed():
            return lent
        lent.invalidate()
    raise DatabaseUnavailable("the database went away again")


async def _begun(connection: Connection, scope: Scope) -> Driver:
    """Begin a transaction for *scope* and return the driver. Raises DatabaseUnavailable."""
    driver = _driver(connection.connection)
    if await _is_begun(driver, scope):
        return driver
    # The server restarted, or the last work hung up: once more, on a new one.
    try:
        driver = await greenlet_spawn(_renewed, connection)
    except UNREACHABLE as error:
        raise DatabaseUnavailable("the database does not answer") from error
    if not await _is_begun(driver, scope):
        raise DatabaseUnavailable("the database went away again")
    return driver


def _renewed(connection: Connection) -> Driver:
    connection.invalidate()
    return _driver(connection.connection)


async def _is_begun(driver: Driver, scope: Scope) -> bool:
    """Begin a transaction for *scope*; hang up and return False when the connection is broken."""
    if driver.is_closed():
        return False
    try:
        await driver.execute(_BEGIN.format(scope))
    except BaseException as error:
        driver.terminate()
        if not isinstance(error, (*_BROKEN, OSError)):
            raise
        return False
    return True


async def abandon(driver: Driver) -> None:
    """Roll back; when even that fails, hang up: the server rolls back, the pool reconnects."""
    try:
        await driver.execute("ROLLBACK")
    except BaseException as error:
        # Also when cancelled once more: nobody may get a connection in a transaction.
        driver.terminate()
        if not isinstance(error, (*_BROKEN, OSError)):
            raise


def _driver(lent: PoolProxiedConnection) -> Driver:
    driver: Any = lent.driver_connection
    return driver  # type: ignore[no-any-return]  # the engine's driver is asyncpg
