"""One caller who follows a journey as server-sent events in JSON."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from app.directpay.views import JourneyView
from app.infra.fan import Fan, Stream, event, named_event
from app.infra.live import LiveBus

_DONE = named_event("done")
_decode = msgspec.json.Decoder(JourneyView).decode

ReadView = Callable[[], Awaitable[JourneyView]]


class Follower:
    """Sends one stream the journey: whole at first, then whenever it moves, never backwards."""

    def __init__(self, topic: str, read: ReadView, live: LiveBus, *, control: bool) -> None:
        """Take the live *topic*, how to *read* the journey, and whether the payer follows."""
        self._topic = topic
        self._read = read
        self._live = live
        self._control = control
        self._stream: Stream | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._reading: asyncio.Task[None] | None = None
        self._stale = False
        self._version = 0

    def stream(self, fan: Fan, host: str | None = None) -> Stream:
        """Return the stream for *host*, to be opened by the server. Raises TooManyRequests."""
        network = fan.admit(host)
        return Stream(fan, joined=self._join, left=self._leave, network=network)

    def _join(self, stream: Stream) -> None:
        self._stream = stream
        self._unsubscribe = self._live.subscribe(self._topic, self._hear)
        self._refresh()

    def _leave(self, _: Stream) -> None:
        self._stream = None
        if self._unsubscribe is not None:
            self._unsubscribe()

    def _hear(self, message: bytes) -> None:
        """Take a live message; an empty one says that the journey is to be read anew."""
        if message:
            self._show(_decode(message))
        else:
            self._refresh()

    def _refresh(self) -> None:
        self._stale = True
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_anew())

    async def _read_anew(self) -> None:
        try:
            while self._stale:
                self._stale = False
                self._show(await self._read())
        except BaseException:
            # Better no stream than one that stands still: the caller connects again.
            if self._stream is not None:
                self._stream.close()
            raise
        finally:
            self._reading = None

    def _show(self, view: JourneyView) -> None:
        if self._stream is None or view.version < self._version:
            return
        self._version = view.version
        shown = view if self._control else msgspec.structs.replace(view, receipt_email=None)
        body = event(msgspec.json.encode(shown).decode(), version=view.version)
        self._stream.write(body + _DONE if view.is_over else body, self._refresh)
