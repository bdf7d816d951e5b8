"""
Many open event streams in one process, cheaply: an EventSourceResponse without tasks of its own.

sse-starlette gives the headers, the encoding of events and the signal that the server stops. What
it does per stream with four tasks, the Fan does once per process: one timer pings, one watcher
waits for the end, and messages are written by whoever has them. A slow reader delays nobody:
while its last write waits it is passed over, and brought up to date when it is ready again.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from app.infra.limits import TooManyRequests, network_of

# The longest silence of a stream. Twice in that time a stream has its turn, and is pinged when
# nothing was written to it since the last one.
PING_SECONDS = 10
_TURN_SECONDS = PING_SECONDS // 2
# Turns are spread over slots, so that ten thousand streams are not written to in one go.
_SLOTS = 100
# Above what the drivers of a whole mobile network behind one address follow at one time; what one
# machine opens to use us up ends here.
MOST_OF_A_NETWORK = 500
_RETRY_SECONDS = 30
Missed = Callable[[], None]
PING = ServerSentEvent(data="", event="ping", sep="\n").encode()


def event(data: str, *, version: int) -> bytes:
    """Return an unnamed event that carries *data* and the state's *version* as its id."""
    return ServerSentEvent(data=data, id=str(version), sep="\n").encode()


def named_event(name: str) -> bytes:
    """Return an event that only has a name."""
    return ServerSentEvent(data="", event=name, sep="\n").encode()


class _Nothing:
    """The content of a stream whose messages are written from outside."""

    def __aiter__(self) -> "_Nothing":
        return self

    async def __anext__(self) -> object:
        raise StopAsyncIteration


_NOTHING = _Nothing()


class Stream(EventSourceResponse):
    """
    One open page.

    *joined* is called when the stream is open and *left* when it is closed, each with the stream.
    *network* is whose it is, None for one that is not counted.
    """

    def __init__(
        self,
        fan: "Fan",
        *,
        joined: Callable[["Stream"], None],
        left: Callable[["Stream"], None],
        network: str | None = None,
    ) -> None:
        """Prepare a stream of *fan*; nothing is sent before it is called."""
        super().__init__(content=_NOTHING)
        self._fan = fan
        self._joined = joined
        self._left = left
        self._send: Send | None = None
        self._writing = False
        self._closing = False
        self._missed: Missed | None = None
        self.network = network
        self.quiet = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open the stream and keep it until the reader goes or the server stops."""
        if scope["method"] == "HEAD":
            await super().__call__(scope, receive, send)
            return
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        # There are thousands of streams: what only the start needed goes.
        del self.raw_headers, self._send_lock
        self._send = send
        self._fan.add(self)
        self._joined(self)
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self._send = None
            self._left(self)
            self._fan.discard(self)

    def write(self, body: bytes, missed: Missed | None = None) -> bool:
        """
        Send *body* now and return True, or False when the last write still waits.

        In that case *missed* is called once the way is free.
        """
        if self._send is None:
            return False
        if self._writing:
            self._missed = missed or self._missed
            return False
        self.quiet = False
        self._begin(self._send({"type": "http.response.body", "body": body, "more_body": True}))
        return True

    def close(self) -> None:
        """End the stream, once a waiting write is through; the reader will connect again."""
        self._closing = True
        if self._send is not None and not self._writing:
            send, self._send = self._send, None
            self._begin(send({"type": "http.response.body", "body": b"", "more_body": False}))

    def _begin(self, writing: Awaitable[None]) -> None:
        """Run *writing* right here; only when it must wait does it become a waiting one."""
        self._writing = True
        self._step(writing.__await__())

    def _step(self, writing: Generator[Any, None, None]) -> None:
        try:
            waiting_for = next(writing)
        except StopIteration:
            self._written()
            return
        if waiting_for is None:
            asyncio.get_running_loop().call_soon(self._step, writing)
            return
        # What a Task does when its coroutine waits for a future.
        waiting_for._asyncio_future_blocking = False  # noqa: SLF001
        waiting_for.add_done_callback(lambda _: self._step(writing))

    def _written(self) -> None:
        self._writing = False
        missed, self._missed = self._missed, None
        if self._closing:
            self.close()
        elif missed is not None:
            missed()


class Fan:
    """The streams of one process, its ping timer and its exit watcher."""

    def __init__(self) -> None:
        """Start without streams; timer and watcher begin with the first."""
        self._slots: list[set[Stream]] = [set() for _ in range(_SLOTS)]
        self._turn = 0
        self._open = 0
        self._of_networks: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None
        self._watcher: asyncio.Task[None] | None = None

    @property
    def open_streams(self) -> int:
        """Return how many streams are open."""
        return self._open

    def admit(self, host: str | None) -> str | None:
        """
        Return the network that another stream to *host* is of; None is not counted.

        Raises TooManyRequests when that network has as many as one may have.
        """
        network = network_of(host)
        if network is not None and self._of_networks[network] >= MOST_OF_A_NETWORK:
            msg = f"more than {MOST_OF_A_NETWORK} open streams of one network"
            raise TooManyRequests(msg, limit=MOST_OF_A_NETWORK, retry_after=_RETRY_SECONDS)
        return network

    def add(self, stream: Stream) -> None:
        """Take care of *stream*."""
        self._slots[id(stream) // 64 % _SLOTS].add(stream)
        self._open += 1
        if stream.network is not None:
            self._of_networks[stream.network] += 1
        if self._watcher is None or self._watcher.done():
            self._watcher = asyncio.create_task(self._watch_exit())
        if self._timer is None:
            self._tick()

    def discard(self, stream: Stream) -> None:
        """Forget *stream*."""
        self._slots[id(stream) // 64 % _SLOTS].discard(stream)
        self._open -= 1
        if stream.network is not None:
            self._of_networks[stream.network] -= 1
            if not self._of_networks[stream.network]:
                del self._of_networks[stream.network]
        if not self._open and self._timer is not None:
            self._timer.cancel()
            self._timer = None
            if self._watcher is not None:
                self._watcher.cancel()

    def _tick(self) -> None:
        """Ping the streams of one slot that had nothing to say since its last turn."""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(_TURN_SECONDS / _SLOTS, self._tick)
        self._turn = (self._turn + 1) % _SLOTS
        for stream in tuple(self._slots[self._turn]):
            if stream.quiet:
                stream.write(PING)
            stream.quiet = True

    async def _watch_exit(self) -> None:
        await EventSourceResponse._listen_for_exit_signal()  # noqa: SLF001 - it has no public name
        for slot in self._slots:
            for stream in tuple(slot):
                stream.close()
