"""The way to every charge point, whichever process holds its socket."""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import AsyncIterator
from typing import Final, assert_never
from uuid import UUID

import msgspec
from redis.exceptions import RedisError

from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.gateways.ocpp.bus.messages import (
    AskState,
    Errand,
    Evict,
    Note,
    Report,
    Reset,
    Start,
    Stop,
    Task,
    Unlock,
)
from app.gateways.ocpp.bus.outage import Outage
from app.gateways.ocpp.bus.post import PostOffice
from app.gateways.ocpp.commands import Commands
from app.gateways.ocpp.presence import Presence
from app.gateways.ocpp.registry import Registry

log = logging.getLogger(__name__)

# An errand that was not begun by then never runs: the driver has been told that it failed.
BEGIN_SECONDS: Final = 5
_LIVE_SECONDS: Final = 3
_KEEP_EVERY: Final = 10
_READ_SECONDS: Final = 1
_REPLACED: Final = 1008


class RedisCommands(Commands, Presence):
    """
    Commands over the sockets of all processes. Nothing here raises.

    A socket of this process is used directly. Otherwise the owner gets an errand in its inbox,
    which it must begin within five seconds, and reports the outcome.
    """

    def __init__(
        self, post: PostOffice, local: Commands, registry: Registry, call_seconds: int
    ) -> None:
        """Command by *post* what is not in *registry*."""
        self._post = post
        self._local = local
        self._registry = registry
        self._call_seconds = call_seconds
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[CommandOutcome]] = {}
        self._errands: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read the inbox and show signs of life, as long as the block lasts."""
        loops = [asyncio.create_task(self._read()), asyncio.create_task(self._live())]
        try:
            yield
        finally:
            for task in [*loops, *self._errands]:
                task.cancel()
            await asyncio.gather(*loops, *self._errands, return_exceptions=True)
            with contextlib.suppress(RedisError):
                await self._post.leave()

    async def remote_start(self, command: RemoteStart) -> CommandOutcome:
        """Ask for a start; ACCEPTED only means that the charge point will try."""
        return await self._do(Start(command))

    async def remote_stop(self, command: RemoteStop) -> CommandOutcome:
        """Ask for a stop."""
        return await self._do(Stop(command))

    async def ask_state(self, operator_id: UUID, identity: str, evse_no: int) -> CommandOutcome:
        """Ask for a fresh status and meter values."""
        return await self._do(AskState(operator_id, identity, evse_no))

    async def unlock(self, operator_id: UUID, identity: str, evse_no: int) -> CommandOutcome:
        """Ask to release the cable."""
        return await self._do(Unlock(operator_id, identity, evse_no))

    async def reset(self, operator_id: UUID, identity: str, *, at_once: bool) -> CommandOutcome:
        """Ask for a restart: *at_once*, or when the transactions are over."""
        return await self._do(Reset(operator_id, identity, at_once))

    async def claim(self, identity: str) -> None:
        """Tell the other processes that the charge point is connected here."""
        try:
            previous = await self._post.claim(identity)
            if previous is not None:
                await self._post.send(previous, Evict(identity))
        except RedisError as error:
            log.warning("nobody else knows yet that %s is connected here: %s", identity, error)

    async def release(self, identity: str) -> None:
        """Tell the other processes that the charge point is gone."""
        try:
            await self._post.release(identity)
        except RedisError as error:
            log.warning("nobody else knows yet that %s is gone: %s", identity, error)

    async def _do(self, task: Task) -> CommandOutcome:
        if self._registry.holds(task.identity):
            return await self._perform(task)
        try:
            owner = await self._post.owner_of(task.identity)
            if owner is None:
                return CommandOutcome.NOT_SENT
            begin_by_ms = await self._post.now_ms() + BEGIN_SECONDS * 1000
        except RedisError as error:
            log.warning("no way to %s: %s", task.identity, error)
            return CommandOutcome.NOT_SENT
        number = f"{self._post.address}-{next(self._numbers)}"
        return await self._send(owner, Errand(number, self._post.address, begin_by_ms, task))

    async def _send(self, owner: str, errand: Errand) -> CommandOutcome:
        future: asyncio.Future[CommandOutcome] = asyncio.get_running_loop().create_future()
        self._waiting[errand.number] = future
        try:
            text = await self._post.send(owner, errand)
            done, _ = await asyncio.wait([future], timeout=BEGIN_SECONDS)
            if not done and await self._post.take_back(owner, text):
                return CommandOutcome.NOT_SENT
            done, _ = await asyncio.wait([future], timeout=self._call_seconds)
            return future.result() if done else CommandOutcome.UNKNOWN
        except RedisError as error:
            log.warning("%s: sent or not, nobody knows: %s", errand.task.identity, error)
            return CommandOutcome.UNKNOWN
        finally:
            del self._waiting[errand.number]

    async def _perform(self, task: Task) -> CommandOutcome:
        match task:
            case Start():
                return await self._local.remote_start(task.command)
            case Stop():
                return await self._local.remote_stop(task.command)
            case AskState():
                return await self._local.ask_state(task.operator_id, task.identity, task.evse_no)
            case Unlock():
                return await self._local.unlock(task.operator_id, task.identity, task.evse_no)
            case Reset():
                at_once = task.at_once
                return await self._local.reset(task.operator_id, task.identity, at_once=at_once)
            case never:
                assert_never(never)

    async def _read(self) -> None:
        outage = Outage("the inbox of this process is not read")
        while True:
            try:
                note = await self._post.next_note(_READ_SECONDS)
            except RedisError as error:
                await outage.wait(error)
            except msgspec.DecodeError as error:
                log.warning("a note that can't be read: %s", error)
            else:
                outage.over()
                if note is not None:
                    await self._take(note)

    async def _take(self, note: Note) -> None:
        match note:
            case Errand():
                errand = asyncio.create_task(self._run(note))
                self._errands.add(errand)
                errand.add_done_callback(self._errands.discard)
            case Report():
                future = self._waiting.get(note.number)
                if future is not None and not future.done():
                    future.set_result(note.outcome)
            case Evict():
                await self._evict(note.identity)
            case never:
                assert_never(never)

    async def _run(self, errand: Errand) -> None:
        try:
            late = await self._post.now_ms() > errand.begin_by_ms
            outcome = CommandOutcome.NOT_SENT if late else await self._perform(errand.task)
            await self._post.send(errand.reply_to, Report(errand.number, outcome))
        except RedisError as error:
            log.warning("%s: nobody learns what came of it: %s", errand.number, error)

    async def _evict(self, identity: str) -> None:
        line = self._registry.here(identity)
        if line is not None:
            log.warning("%s connected to another process: the socket here goes", identity)
            await line.session.close(_REPLACED, "a newer connection took over")

    async def _live(self) -> None:
        outage = Outage("other processes can't see this one")
        for number in itertools.count():
            try:
                await self._post.live()
                if number % _KEEP_EVERY == 0 or outage.lasts:
                    connected = [station.identity for station in self._registry.connected()]
                    for identity in await self._post.keep(connected):
                        await self._evict(identity)
            except RedisError as error:
                await outage.wait(error)
            else:
                outage.over()
                await asyncio.sleep(_LIVE_SECONDS)
