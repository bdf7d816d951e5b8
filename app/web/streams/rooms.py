"""
Rooms: everybody who follows one journey, and what they are sent when it moves.

A message is rendered once per language and kind of viewer, however many follow. A sample changes
only the figures, so only they are sent; when anything else changed, and to whoever has just come
or missed a message, the whole region goes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import msgspec

from app.directpay.prices.views import MoneyView
from app.directpay.views import JourneyView
from app.infra.fan import Fan, Stream, event, named_event
from app.infra.i18n import speaking
from app.infra.live import LiveBus
from app.web.drawing.session_page import Viewer, render_journey
from app.web.words.live import Figures, Terms, numbers_html

# The chart is part of the rest: it is drawn anew every so many seconds of the session.
_CHART_EVERY_SECONDS = 20
_DONE = named_event("done")


class _Tick(Figures, frozen=True, kw_only=True):
    """What a message says of the running session; the rest is only compared, not read."""

    silent: bool
    price_now: msgspec.Raw
    next_change: msgspec.Raw


class _Zone(msgspec.Struct, frozen=True):
    """The only thing of the socket that the figures need."""

    time_zone: str


class _Peek(msgspec.Struct, frozen=True):
    """The parts of a JourneyView that tell which part of the page changed."""

    version: int
    stage: str
    held: MoneyView
    strategy: str
    hold_warning: bool
    live: _Tick | None
    ending: msgspec.Raw
    settled: msgspec.Raw
    receipt_email: msgspec.Raw
    plug_in_by: msgspec.Raw
    checkout_url: msgspec.Raw
    more: msgspec.Raw
    point: _Zone

    def rest(self) -> tuple[object, ...]:
        """Return everything but the figures, to be compared."""
        mail, page = self.receipt_email, self.checkout_url
        rest = (self.ending, self.settled, mail, self.plug_in_by, page, self.more)
        seen = (self.stage, self.hold_warning, self.held, *(bytes(part) for part in rest))
        if self.live is None:
            return seen
        chart = self.live.seconds // _CHART_EVERY_SECONDS
        changing = (bytes(self.live.price_now), bytes(self.live.next_change))
        return (*seen, chart, self.live.silent, *changing)


_peek = msgspec.json.Decoder(_Peek)
_whole = msgspec.json.Decoder(JourneyView)

Kind = tuple[str, bool]
ReadView = Callable[[], Awaitable[JourneyView]]


@dataclass(frozen=True, slots=True)
class Door:
    """Which journey a room shows: its live *topic*, its address, and how to *read* it."""

    topic: str
    token: str
    address: str
    read: ReadView


@dataclass(slots=True)
class _Member:
    """Someone who follows: in which language, with which rights, and what they saw last."""

    kind: Kind
    seen: int | None = None


@dataclass(slots=True)
class _Room:
    """
    The followers of one journey.

    There are thousands of rooms, so a room keeps no state but its version: what a message says is
    rendered for everybody at once, and who missed it makes the room read the journey anew.
    """

    door: Door
    unsubscribe: Callable[[], None] | None = None
    members: dict[Stream, _Member] = field(default_factory=dict)
    version: int = 0
    reading: asyncio.Task[None] | None = None
    stale: bool = False

    def hear(self, message: bytes) -> None:
        """Take a live message; an empty one says that the journey is to be read anew."""
        if message:
            self.show(message)
        else:
            self.refresh()

    def refresh(self) -> None:
        """Read the journey anew, one reading at a time."""
        self.stale = True
        if self.reading is None:
            self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            while self.stale:
                self.stale = False
                view = await self.door.read()
                self.show(msgspec.json.encode(view))
        except BaseException:
            # Better no stream than one that stands still: the pages connect again.
            for stream in tuple(self.members):
                stream.close()
            raise
        finally:
            self.reading = None

    def show(self, message: bytes) -> None:
        """Send the state in *message* to every member, unless it is older than the last."""
        news = _News(message, self.door)
        if news.version < self.version:
            return
        self.version = news.version
        for stream, member in tuple(self.members.items()):
            body = news.for_member(member)
            if body:
                member.seen = news.rest if stream.write(body, self.refresh) else None


class _News:
    """A message, rendered when first wanted: whole, or its figures for who saw the rest already."""

    def __init__(self, message: bytes, door: Door) -> None:
        self._message = message
        self._door = door
        self._peek = _peek.decode(message)
        self._wholes: dict[Kind, bytes] = {}
        self._figures: dict[str, bytes] = {}
        self.version = self._peek.version
        self.rest = hash(self._peek.rest())

    def for_member(self, member: _Member) -> bytes:
        """Return what brings *member* up to date."""
        if member.seen == self.rest:
            return self.figures(member.kind[0])
        return self.whole(member.kind)

    def whole(self, kind: Kind) -> bytes:
        """Return the whole region as an event; with the last one comes the end of the stream."""
        if kind not in self._wholes:
            view = _whole.decode(self._message)
            language, control = kind
            with speaking(language):
                viewer = Viewer(self._door.token, self._door.address, control)
                body = event(render_journey(view, viewer), version=self.version)
            self._wholes[kind] = body + _DONE if view.is_over else body
        return self._wholes[kind]

    def figures(self, language: str) -> bytes:
        """Return the figures as an event; nothing when the session does not run."""
        if language not in self._figures:
            self._figures[language] = self._render_figures(language)
        return self._figures[language]

    def _render_figures(self, language: str) -> bytes:
        peek = self._peek
        if peek.live is None:
            return b""
        terms = Terms(peek.held, peek.strategy, peek.point.time_zone)
        with speaking(language):
            text = numbers_html(peek.live, terms)
        part = f'<hx-partial hx-target="#numbers" hx-swap="innerMorph">{text}</hx-partial>'
        return event(part, version=self.version)


class Rooms:
    """The rooms of one process."""

    def __init__(self, live: LiveBus) -> None:
        """Start with no room; *live* brings the news."""
        self.fan = Fan()
        self._live = live
        self._rooms: dict[str, _Room] = {}

    def stream(
        self, door: Door, *, language: str, control: bool, host: str | None = None
    ) -> Stream:
        """
        Return the stream of a page on *host*; it gets the whole state first, whenever it connects.

        Raises TooManyRequests.
        """
        network = self.fan.admit(host)

        def join(stream: Stream) -> None:
            room = self._room(door)
            room.members[stream] = _Member((language, control))
            room.refresh()

        def leave(stream: Stream) -> None:
            room = self._rooms[door.topic]
            del room.members[stream]
            if not room.members and room.unsubscribe is not None:
                room.unsubscribe()
                del self._rooms[door.topic]

        return Stream(self.fan, joined=join, left=leave, network=network)

    def _room(self, door: Door) -> _Room:
        room = self._rooms.get(door.topic)
        if room is None:
            room = self._rooms[door.topic] = _Room(door)
            room.unsubscribe = self._live.subscribe(door.topic, room.hear)
        return room
