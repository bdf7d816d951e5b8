"""The way to every charge point, whichever process holds its socket."""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, assert_never
from uuid import UUID

import msgspec
from redis.exceptions import RedisError

from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.gateways.ocpp.bus.answers import answer_in, result_of
from app.gateways.ocpp.bus.messages import (
    Ask,
    AskState,
    Errand,
    Evict,
    Report,
    Reset,
    Result,
    Start,
    Stop,
    Task,
    Unlock,
)
from app.gateways.ocpp.bus.outage import Outage
from app.gateways.ocpp.bus.post import NoWay, PostOffice, Received
from app.gateways.ocpp.commands import Commands
from app.gateways.ocpp.link.frames import read_payload, write_payload
from app.gateways.ocpp.presence import Together
from app.gateways.ocpp.registry import Registry
from app.kernel.together import Together as Jointly

log = logging.getLogger(__name__)

# An errand that was not begun by then never runs: the driver has been told that it failed.
BEGIN_SECONDS: Final = 5
_LIVE_SECONDS: Final = 3
_KEEP_EVERY: Final = 10
_READ_SECONDS: Final = 1
_LOOK_EVERY_SECONDS: Final = 1
_CANCEL_AGAIN_SECONDS: Final = 1
_REPLACED: Final = 1008
NOT_SENT: Final = CommandOutcome.NOT_SENT
UNKNOWN: Final = CommandOutcome.UNKNOWN
_LATE: Final = Result(NOT_SENT, detail="the process with the socket came to it too late")


class RedisCommands(Together):
    """
    Commands over the sockets of all processes. Nothing here raises but `call`.

    A socket of this process is used directly. Otherwise the owner gets an errand in its inbox,
    which it must begin within five seconds, and reports the result. When the owner dies meanwhile,
    that is known within ten seconds: what it had not fetched was not sent, else nobody knows.
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
        self._waiting: dict[str, asyncio.Future[Result]] = {}
        self._errands: set[asyncio.Task[None]] = set()
        self._claiming = Jointly(self._claim)
        self._releasing = Jointly(self._release)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read the inbox and show signs of life, as long as the block lasts."""
        loops = [asyncio.create_task(self._read()), asyncio.create_task(self._live())]
        try:
            yield
        finally:
            await _stop({*loops, *self._errands})
            with contextlib.suppress(RedisError):
                await self._post.leave()
            await self._post.close()

    async def remote_start(self, command: RemoteStart) -> CommandOutcome:
        """Ask for a start; ACCEPTED only means that the charge point will try."""
        return (await self._do(Start(command))).outcome

    async def remote_stop(self, command: RemoteStop) -> CommandOutcome:
        """Ask for a stop."""
        return (await self._do(Stop(command))).outcome

    async def ask_state(self, operator_id: UUID, identity: str, evse_no: int) -> CommandOutcome:
        """Ask for a fresh status and meter values."""
        return (await self._do(AskState(operator_id, identity, evse_no))).outcome

    async def unlock(self, operator_id: UUID, identity: str, evse_no: int) -> CommandOutcome:
        """Ask to release the cable."""
        return (await self._do(Unlock(operator_id, identity, evse_no))).outcome

    async def reset(self, operator_id: UUID, identity: str, *, at_once: bool) -> CommandOutcome:
        """Ask for a restart: *at_once*, or when the transactions are over."""
        return (await self._do(Reset(operator_id, identity, at_once))).outcome

    async def call(
        self, operator_id: UUID, identity: str, action: str, payload: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Make any call of the protocol. Raises NotSent, NoAnswer or Refused."""
        ask = Ask(operator_id, identity, action, write_payload(payload))
        return answer_in(await self._do(ask), message_id=self._post.address)

    async def claim(self, identity: str) -> None:
        """Tell the other processes that the charge point is connected here."""
        await self._claiming(identity)

    async def release(self, identity: str) -> None:
        """Tell the other processes that the charge point is gone."""
        await self._releasing(identity)

    async def _claim(self, identities: Sequence[str]) -> Sequence[None]:
        try:
            before = await self._post.claim(identities)
            for identity, previous in zip(identities, before, strict=True):
                if previous is not None:
                    await self._post.send(previous, Evict(identity))
        except RedisError as error:
            log.warning("nobody else knows yet who is connected here now: %s", error)
        return [None] * len(identities)

    async def _release(self, identities: Sequence[str]) -> Sequence[None]:
        try:
            await self._post.release(identities)
        except RedisError as error:
            log.warning("nobody else knows yet who has gone: %s", error)
        return [None] * len(identities)

    async def _do(self, task: Task) -> Result:
        if self._registry.holds(task.identity):
            return await self._perform(task)
        number = f"{self._post.address}-{next(self._numbers)}"
        return await self._send(Errand(number, self._post.address, task))

    async def _send(self, errand: Errand) -> Result:
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting[errand.number] = future
        identity = errand.task.identity
        try:
            sent = await self._post.dispatch(identity, errand, seconds=BEGIN_SECONDS)
            if sent is None:
                return Result(NOT_SENT, detail=f"charge point {identity} is not connected")
            if not await self._wait(sent.owner, future, BEGIN_SECONDS):
                if await self._post.take_back(sent.owner, sent.text):
                    return Result(NOT_SENT, detail="the process with the socket did not begin")
                await self._wait(sent.owner, future, self._call_seconds)
        except NoWay as error:
            log.warning("no way to %s: %s", identity, error)
            return Result(NOT_SENT, detail=f"no way to charge point {identity} now")
        except RedisError as error:
            log.warning("%s: sent or not, nobody knows: %s", identity, error)
        finally:
            del self._waiting[errand.number]
        detail = f"nobody knows what became of it at charge point {identity}"
        return future.result() if future.done() else Result(UNKNOWN, detail=detail)

    async def _wait(self, owner: str, result: "asyncio.Future[Result]", seconds: int) -> bool:
        """Wait for a result as long as its owner lives; tell whether it came."""
        for _ in range(seconds):
            await asyncio.wait([result], timeout=_LOOK_EVERY_SECONDS)
            if result.done() or not await self._post.is_alive(owner):
                break
        return result.done()

    async def _perform(self, task: Task) -> Result:
        local = self._local
        match task:
            case Start():
                return Result(await local.remote_start(task.command))
            case Stop():
                return Result(await local.remote_stop(task.command))
            case AskState():
                return Result(await local.ask_state(task.operator_id, task.identity, task.evse_no))
            case Unlock():
                return Result(await local.unlock(task.operator_id, task.identity, task.evse_no))
            case Reset():
                at_once = task.at_once
                return Result(await local.reset(task.operator_id, task.identity, at_once=at_once))
            case Ask():
                payload = read_payload(task.payload)
                return await result_of(
                    local.call(task.operator_id, task.identity, task.action, payload)
                )
            case never:
                assert_never(never)

    async def _read(self) -> None:
        outage = Outage("the inbox of this process is not read")
        while True:
            try:
                received = await self._post.next_note(_READ_SECONDS)
            except RedisError as error:
                await outage.wait(error)
            except msgspec.DecodeError as error:
                log.warning("a note that can't be read: %s", error)
            else:
                outage.over()
                if received is not None:
                    await self._take(received)

    async def _take(self, received: Received) -> None:
        match received.note:
            case Errand() as note:
                errand = asyncio.create_task(self._run(note, is_late=received.is_late))
                self._errands.add(errand)
                errand.add_done_callback(self._errands.discard)
            case Report() as note:
                future = self._waiting.get(note.number)
                if future is not None and not future.done():
                    future.set_result(note.result)
            case Evict() as note:
                await self._evict(note.identity)
            case never:
                assert_never(never)

    async def _run(self, errand: Errand, *, is_late: bool) -> None:
        result = _LATE if is_late else await self._perform(errand.task)
        try:
            await self._post.send(errand.reply_to, Report(errand.number, result))
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
                known = await self._post.live()
                if number % _KEEP_EVERY == 0 or not known:
                    connected = [station.identity for station in self._registry.connected()]
                    for identity in await self._post.keep(connected):
                        await self._evict(identity)
            except RedisError as error:
                await outage.wait(error)
            else:
                outage.over()
                await asyncio.sleep(_LIVE_SECONDS)


async def _stop(tasks: set[asyncio.Task[None]]) -> None:
    """Cancel until all have ended: Redis's client loses one that comes with an answer."""
    while tasks:
        for task in tasks:
            task.cancel()
        _, tasks = await asyncio.wait(tasks, timeout=_CANCEL_AGAIN_SECONDS)
