"""One charge point's socket: reads always, answers in order, asks one question at a time."""

import asyncio
import itertools
import logging
import secrets
from collections.abc import Awaitable, Callable
from functools import partial

from app.gateways.ocpp.link.frames import (
    BadFrame,
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    Payload,
    Send,
    read_frame,
    write_call,
    write_error,
)
from app.gateways.ocpp.link.pace import Pace
from app.gateways.ocpp.link.versions import Version, frame_error
from app.gateways.ocpp.link.wire import AtOnce, Wire, never

log = logging.getLogger(__name__)

_NANOSECONDS = 1_000_000_000
# A charge point may ask one question at a time; some send several. More wait in the socket.
INBOX_FRAMES = 64
# The close code of a server that cannot take anything now (IANA, WebSocket registry).
_TRY_AGAIN_LATER = 1013

# Of all sockets: an answer that comes late, on the next one, is known to be to nothing of its own.
_PREFIX = secrets.token_hex(6)
_numbers = itertools.count(1)

Answer = Callable[[Call | Send], Awaitable[str | None]]


class CannotKeep(Exception):
    """A message can neither be kept nor refused now: it has to be sent again, to be kept then."""


class CallFailed(Exception):
    """A call brought no result."""


class NotSent(CallFailed):
    """The call never left: there is no socket, or its turn never came."""


class NoAnswer(CallFailed):
    """The call left and nobody knows what came of it: time ran out, or the socket went."""


class Refused(CallFailed):
    """The charge point answered with an error."""

    def __init__(self, error: CallError) -> None:
        """Keep the *error* as it came."""
        super().__init__(f"{error.code}: {error.description}")
        self.error = error


class OcppSession:
    """
    A conversation over one socket.

    The reader never waits for a handler, so an answer to a call of ours always arrives; handlers
    run one after the other, in the order of the frames. Calls of ours take turns (OCPP-J 1.6,
    4.1.1: one unanswered call at a time) and fail at once when the socket goes.

    While nothing is under way, a message may be handled at once: no task is woken to read it, and
    none to answer it. What comes meanwhile waits until that is answered, as ever.
    """

    def __init__(
        self, wire: Wire, version: Version, answer: Answer, *, name: str, pace: Pace
    ) -> None:
        """
        Prepare the conversation; *answer* returns the frame to send back, or None.

        When it raises CannotKeep the socket is closed: the other side keeps what has no answer.
        """
        self.at_once: AtOnce = never
        self.version = version
        self.name = name
        self._wire = wire
        self._answer = answer
        self._inbox: asyncio.Queue[Call | Send | None] = asyncio.Queue(INBOX_FRAMES)
        self._turn = asyncio.Lock()
        self._pending: tuple[str, asyncio.Future[CallResult | CallError]] | None = None
        self._pace = pace
        self._hung_up = self._slowed_down = False
        self._finishing = False
        self._waits = False  # for a message
        self._open = 0  # calls that are not answered yet
        self._is_short = False  # one of them is handled at once
        self._short_ends: asyncio.Future[None] | None = None  # made by those who wait for it
        self._tasks: asyncio.TaskGroup | None = None
        self.gone = False

    async def run(self) -> None:
        """Converse until the socket goes; whatever had arrived by then is still handled."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                tasks.create_task(self._handle_in_order())
                self._wire.listen(self._hear)
                try:
                    await self._read()
                finally:
                    self._end()
                await self._inbox.put(None)
        finally:
            self._tasks = None

    async def call(self, action: str, payload: Payload, *, seconds: int) -> Payload:
        """
        Ask the charge point and return its answer within *seconds*, waiting for the turn included.

        Raises NotSent, NoAnswer or Refused.
        """
        message_id = f"{_PREFIX}-{next(_numbers)}"
        asked = False
        try:
            async with asyncio.timeout(seconds), self._turn:
                future = self._expect(message_id)
                await self._wire.send(write_call(message_id, action, payload))
                asked = True
                outcome = await future
        except TimeoutError as error:
            detail = f"{action} to {self.name}: no answer within {seconds} s"
            raise (NoAnswer if asked else NotSent)(detail) from error
        except OSError as error:
            detail = f"{action} to {self.name}: the connection is gone"
            raise (NoAnswer if asked else NotSent)(detail) from error
        finally:
            if self._pending is not None and self._pending[0] == message_id:
                self._pending = None
        if isinstance(outcome, CallError):
            raise Refused(outcome)
        return outcome.payload

    async def close(self, code: int, reason: str) -> None:
        """Close the socket; calls that wait fail at once."""
        self._end()
        await self._wire.close(code, reason)

    async def finish(self, code: int, reason: str, *, seconds: int) -> None:
        """
        Answer what was read, wait for the answer to a call of ours, then close the socket.

        After *seconds* at most. What comes meanwhile is not handled: it stays unanswered, so it is
        sent again. A call of ours that has not left yet never leaves.
        """
        self._finishing = True
        try:
            async with asyncio.timeout(seconds):
                await self._inbox.join()
                await self._past_the_short_way()
                async with self._turn:
                    log.debug("%s has all its answers", self.name)
        except TimeoutError:
            log.warning("%s did not get all its answers", self.name)
        await self.close(code, reason)

    def _expect(self, message_id: str) -> asyncio.Future[CallResult | CallError]:
        if self.gone or self._finishing:
            raise ConnectionResetError
        future: asyncio.Future[CallResult | CallError] = asyncio.get_running_loop().create_future()
        self._pending = (message_id, future)
        return future

    def _end(self) -> None:
        self.gone = True
        if self._pending is not None and not self._pending[1].done():
            self._pending[1].set_exception(ConnectionResetError())

    def _hear(self, text: str) -> bool:
        """Handle a message at once; False when it has to wait for another, or can only wait."""
        is_busy = self._open or not self._waits or self.gone or self._finishing
        if is_busy or not self._pace.goes():
            return False
        self._open += 1
        self._is_short = True
        if self.at_once(text, partial(self._answered, text)):
            return True
        self._pace.take_back()
        self._done()
        return False

    def _answered(self, text: str, answer: str | None) -> None:
        if answer is not None and (self.gone or self._wire.send_now(answer)):
            self._done()
        elif self._tasks is not None:
            self._tasks.create_task(self._by_the_long_way(text, answer))

    async def _by_the_long_way(self, text: str, answer: str | None) -> None:
        frame = read_frame(text)
        assert isinstance(frame, Call), "nothing else is handled at once"  # noqa: S101
        await (self._handle(frame) if answer is None else self._say(answer))
        self._done()

    def _done(self) -> None:
        self._open -= 1
        self._is_short = False
        if self._short_ends is not None:
            self._short_ends.set_result(None)
            self._short_ends = None

    async def _past_the_short_way(self) -> None:
        if self._is_short:
            self._short_ends = self._short_ends or asyncio.get_running_loop().create_future()
            await asyncio.wait([self._short_ends])

    async def _receive(self) -> str | None:
        self._waits = True
        try:
            return await self._wire.receive()
        finally:
            self._waits = False

    async def _read(self) -> None:
        while (text := await self._receive()) is not None:
            if waits := self._pace.wait_ns():
                await self._slow_down(waits)
            try:
                frame = read_frame(text)
            except BadFrame as bad:
                await self._refuse(bad)
                continue
            await self._take(frame)

    async def _slow_down(self, nanoseconds: int) -> None:
        if not self._slowed_down:
            log.warning("%s sends more than it may: it is read slower", self.name)
        self._slowed_down = True
        await asyncio.sleep(nanoseconds / _NANOSECONDS)

    async def _take(self, frame: Frame) -> None:
        match frame:
            case Call() | Send():
                if not self._finishing:
                    self._open += 1
                    await self._inbox.put(frame)
            case CallResult() | CallError():
                self._resolve(frame)
            case CallResultError():
                log.warning("%s could not use our answer: %s", self.name, frame)

    def _resolve(self, frame: CallResult | CallError) -> None:
        if self._pending is None or str(frame.message_id) != self._pending[0]:
            log.info("%s answered a question that nobody asked: %s", self.name, frame.message_id)
            return
        if not self._pending[1].done():
            self._pending[1].set_result(frame)

    async def _refuse(self, bad: BadFrame) -> None:
        log.warning("%s sent a bad frame: %s", self.name, bad.detail)
        if bad.kind == "answer":
            self._resolve(CallError(bad.message_id, "FormatViolation", bad.detail, {}))
        code = frame_error(self.version, bad.kind)
        if code is not None:
            await self._say(write_error(bad.message_id, code, bad.detail))

    async def _handle_in_order(self) -> None:
        while (call := await self._inbox.get()) is not None:
            await self._past_the_short_way()
            if not self._hung_up:  # else unanswered, so it is sent again
                await self._handle(call)
            self._open -= 1
            self._inbox.task_done()
        self._inbox.task_done()
        await self._past_the_short_way()

    async def _handle(self, call: Call | Send) -> None:
        try:
            answer = await self._answer(call)
        except CannotKeep as trouble:
            log.warning("%s: hung up, so that it is kept there: %s", self.name, trouble)
            self._hung_up = True
            await self.close(_TRY_AGAIN_LATER, "try again later")
            return
        if answer is not None:
            await self._say(answer)

    async def _say(self, text: str) -> None:
        if self.gone:
            return
        try:
            await self._wire.send(text)
        except OSError:
            log.info("%s went before it got its answer", self.name)
            self._end()
