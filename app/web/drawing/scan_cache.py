"""Scan pages that are ready: looked at anew every second, rendered anew only when they changed."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from app.directpay.views import ScanView
from app.infra.i18n import LANGUAGES, speaking
from app.web.drawing.look import Look
from app.web.drawing.packed import FOR_NOW, Packed
from app.web.drawing.scan_page import render_scan
from app.web.words.payment import Device

_MOST_PAGES = 10_000

# What is looked at: a code, in a language (providers name their methods in it).
Place = tuple[str, str]
ReadScan = Callable[[str, str], Awaitable[ScanView]]


@dataclass(frozen=True, slots=True)
class Ready:
    """A page that can be sent."""

    body: Packed
    look: Look


@dataclass(slots=True)
class _Shown:
    """What was seen at a socket, until when that holds, and its pages by device."""

    view: ScanView
    until: int
    pages: dict[Device, Ready] = field(default_factory=dict)


class ScanCache:
    """
    The scan pages of one process.

    Many browsers that come at once wait for one look at the socket. Nothing here decides anything:
    paying checks state and price again.
    """

    def __init__(
        self,
        read: ReadScan,
        *,
        lifetime: timedelta,
        nanoseconds: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Look with *read*, at most once per *lifetime* and place; *nanoseconds* only ever grow."""
        self._read = read
        self._nanoseconds = nanoseconds
        self._lifetime = lifetime // timedelta(microseconds=1) * 1000
        self._shown: OrderedDict[Place, _Shown] = OrderedDict()
        self._looking: dict[Place, asyncio.Task[_Shown]] = {}

    async def view(self, code: str, language: str) -> ScanView:
        """Return what is at the socket, at most one lifetime old. Raises UnknownCode."""
        return (await self._fresh((code, language))).view

    async def page(self, code: str, language: str, device: Device) -> Ready:
        """Return the page of *code* in *language*. Raises UnknownCode."""
        shown = await self._fresh((code, language))
        ready = shown.pages.get(device)
        if ready is None:
            with speaking(language):
                text, look = render_scan(shown.view, device=device)
            ready = shown.pages[device] = Ready(Packed(text.encode(), quality=FOR_NOW), look)
        return ready

    def forget(self, code: str) -> None:
        """Look anew at *code* the next time: something was just done there."""
        for language in LANGUAGES:
            self._shown.pop((code, language), None)

    async def _fresh(self, place: Place) -> _Shown:
        shown = self._shown.get(place)
        if shown is not None and self._nanoseconds() < shown.until:
            return shown
        task = self._looking.get(place)
        if task is None:
            task = self._looking[place] = asyncio.create_task(self._look(place))
            task.add_done_callback(lambda _: self._looking.pop(place, None))
        return await asyncio.shield(task)

    async def _look(self, place: Place) -> _Shown:
        view = await self._read(*place)
        until = self._nanoseconds() + self._lifetime
        shown = self._shown.get(place)
        if shown is not None and shown.view == view:
            shown.until = until
        else:
            shown = self._shown[place] = _Shown(view, until)
        self._shown.move_to_end(place)
        while len(self._shown) > _MOST_PAGES:
            self._shown.popitem(last=False)
        return shown
