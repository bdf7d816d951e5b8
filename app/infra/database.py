"""The database, and the unit of work that a verb opens: one transaction, its jobs, its news."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, CursorResult, Engine, Executable
from sqlalchemy.util import greenlet_spawn

from app.infra.defer import Deferred, Hands, Taken, defer_all
from app.infra.live import LiveBus
from app.infra.pool import (
    EVERY_OPERATOR,
    UNREACHABLE,
    DatabaseUnavailable,
    Scope,
    abandon,
    engine,
    lend,
    lend_driver,
)
from app.infra.ready import Look
from app.kernel.clock import Clock
from app.kernel.events import Event
from app.kernel.ids import Ids

__all__ = [
    "EVERY_OPERATOR",
    "Database",
    "DatabaseUnavailable",
    "Reactor",
    "Reactors",
    "Scope",
    "Witness",
    "Work",
    "Write",
    "engine",
    "together",
]

T = TypeVar("T")
Reactor = Callable[["Work", Any], Awaitable[None]]
Write = Callable[["Work", Sequence[Any]], Awaitable[None]]
Witness = Callable[["Work"], Awaitable[None]]
Reactors = Mapping[type[Event], Sequence[Reactor]]


def together(*contexts: Reactors) -> Reactors:
    """Return what all *contexts* do, in their order where they react to the same event."""
    events = dict.fromkeys(event for context in contexts for event in context)
    return {
        event: tuple(react for context in contexts for react in context.get(event, ()))
        for event in events
    }


@dataclass(slots=True)
class Work(Look):
    """
    One open transaction.

    *now* is the instant at which the work began; *ids* makes identifiers. Jobs, events and live
    messages belong to the transaction: they take effect if, and only if, it commits.
    """

    connection: Connection
    scope: Scope
    reactors: Reactors
    hands: Hands | None
    _taken: list[Taken] = field(default_factory=list)
    _deferred: list[Deferred] = field(default_factory=list)
    _live: list[tuple[str, bytes]] = field(default_factory=list)
    _then: list[Callable[["Database"], Awaitable[None]]] = field(default_factory=list)
    _last: dict[Write, list[Any]] = field(default_factory=dict)

    @property
    def operator_id(self) -> UUID:
        """Return the operator whose work this is; work of every operator has none."""
        assert isinstance(self.scope, UUID), "this work is of every operator"  # noqa: S101
        return self.scope

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:  # noqa: ANN401
        """Run one SQL *statement* inside the transaction."""
        return await greenlet_spawn(self.connection.execute, statement, parameters)

    def defer(
        self,
        task: str,
        *,
        lock: str | None = None,
        queueing_lock: str | None = None,
        at: datetime | None = None,
        **arguments: object,
    ) -> None:
        """
        Enqueue the job *task* with this transaction.

        Jobs with the same *lock* run one after the other; while a job with the same
        *queueing_lock* still waits, a second one is not added. *at* is the earliest start.
        The operator's id is added to the *arguments*.
        """
        if isinstance(self.scope, UUID):
            arguments.setdefault("operator_id", self.scope)
        self._deferred.append(Deferred(task, lock, queueing_lock, at, arguments))

    async def enqueue(self) -> frozenset[str]:
        """
        Write the jobs so far now; return the tasks that this process runs right after the commit.

        What this work writes may count on that. Jobs with a *queueing_lock* are written at the
        end: others wait for it.
        """
        now = [job for job in self._deferred if job.queueing_lock is None]
        self._deferred = [job for job in self._deferred if job.queueing_lock is not None]
        taken = await defer_all(self.driver, now, self.hands)
        self._taken.extend(taken)
        return frozenset(job.task for job in taken)

    async def emit(self, event: Event) -> None:
        """Tell *event* to those who react to it, inside this transaction."""
        for react in self.reactors.get(type(event), ()):
            await react(self, event)

    def publish(self, topic: str, message: bytes) -> None:
        """Send *message* to the live listeners of *topic* after the commit."""
        self._live.append((topic, message))

    def at_end(self, write: Callable[["Work", Sequence[T]], Awaitable[None]], item: T) -> None:
        """
        Hand *item* to *write* right before the commit, together with all others for it.

        For rows that everybody locks: who locks them last, and all at once, waits for nobody else.
        """
        self._last.setdefault(write, []).append(item)

    async def finish(self) -> None:
        """Write what was kept for the end, and the jobs."""
        while self._last:
            write, items = self._last.popitem()
            await write(self, items)
        self._taken.extend(await defer_all(self.driver, self._deferred, self.hands))

    def then(self, call: Callable[["Database"], Awaitable[None]]) -> None:
        """
        Await *call* after the commit, in this process: for what may be lost without harm.

        What must happen is a job.
        """
        self._then.append(call)


class Database:
    """PostgreSQL, embedded or given, as a maker of units of work; *clock* is what they go by."""

    def __init__(  # noqa: PLR0913 - by name
        self,
        pool: Engine,
        *,
        clock: Clock,
        ids: Ids,
        live: LiveBus,
        reactors: Reactors,
        witness: Witness | None = None,
    ) -> None:
        """
        Work on the connections of *pool* (see `engine`); none is opened before the first.

        The *witness* sees every work when all else is written, right before it commits.
        """
        self._engine = pool
        self.clock = clock
        self._ids = ids
        self._live = live
        self._reactors = reactors
        self._witness = witness
        self._hands: Hands | None = None

    def hand_to(self, worker: Hands) -> None:
        """Let *worker*, which runs in this process, begin jobs as soon as they are committed."""
        self._hands = worker

    @asynccontextmanager
    async def work(self, scope: Scope) -> AsyncIterator[Work]:
        """
        Open a transaction for one operator, or for EVERY_OPERATOR where the operator is looked up.

        It commits at the block's end and rolls back when the block raises. Row-level security
        shows only the rows of *scope*. Never await a provider or a charge point inside it.
        Raises DatabaseUnavailable.
        """
        async with lend(self._engine, scope) as (connection, driver):
            try:
                given = (self.clock.now(), self._ids, connection, scope, self._reactors)
                work = Work(driver, *given, self._hands)
                yield work
                await work.finish()
                if self._witness is not None:
                    await self._witness(work)
                await driver.execute("COMMIT")
            except BaseException as error:
                await abandon(driver)
                if isinstance(error, UNREACHABLE) and driver.is_closed():
                    raise DatabaseUnavailable("the database went away meanwhile") from error
                raise
        await self._follow(work)

    async def _follow(self, work: Work) -> None:
        """Do what follows from a commit: begin the jobs, tell the news."""
        for job in work._taken:  # noqa: SLF001 - one mechanism
            assert self._hands is not None, "somebody took it"  # noqa: S101
            self._hands.take(job)
            await asyncio.sleep(0)  # it begins before what this task has left to do
        for topic, message in work._live:  # noqa: SLF001
            await self._live.publish(topic, message)
        for call in work._then:  # noqa: SLF001
            await call(self)

    @asynccontextmanager
    async def look(self) -> AsyncIterator[Look]:
        """
        Open a look at rows of every operator, without a transaction: each statement is its own.

        Whatever is decided by what was seen is decided in a work, by what is so then. Raises
        DatabaseUnavailable.
        """
        async with lend_driver(self._engine) as driver:
            try:
                yield Look(driver, self.clock.now(), self._ids)
            except UNREACHABLE as error:
                if driver.is_closed():
                    raise DatabaseUnavailable("the database went away meanwhile") from error
                raise

    def is_heard(self, topic: str) -> bool:
        """Tell whether *topic* has live listeners, in this process or another."""
        return self._live.is_heard(topic)

    async def publish(self, topic: str, message: bytes) -> None:
        """Send *message* to the live listeners of *topic*: news that no open work has to commit."""
        await self._live.publish(topic, message)

    async def close(self) -> None:
        """Close the pool."""
        await greenlet_spawn(self._engine.dispose)
