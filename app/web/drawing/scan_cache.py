"""Scan pages that are ready: looked at anew every second, rendered anew only when they changed."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from app.directpay.scan import Standing
from app.directpay.views import ScanView
from app.infra.i18n import LANGUAGES, speaking
from app.infra.kept.packed import FOR_NOW, Packed
from app.infra.kept.values import Kept
from app.web.drawing.look import Look
from app.web.drawing.scan_page import render_scan
from app.web.words.payment import Device

_MOST_PAGES: Final = 10_000

# What is looked at: a code, in a language (providers name their methods in it).
Place = tuple[str, str]
ReadStanding = Callable[[str], Awaitable[Standing]]
LookAt = Callable[[Standing, str], Awaitable[ScanView]]


@dataclass(frozen=True, slots=True)
class Ready:
    """A page that can be sent."""

    body: Packed
    look: Look


@dataclass(frozen=True, slots=True)
class Shown:
    """What was seen at a socket, what stands there, and its pages in one language by device."""

    view: ScanView
    standing: Standing
    language: str
    _pages: dict[Device, Ready] = field(default_factory=dict)

    def page(self, device: Device) -> Ready:
        """Return the page for *device*, rendered when it is first wanted."""
        ready = self._pages.get(device)
        if ready is None:
            with speaking(self.language):
                text, look = render_scan(self.view, device=device)
            ready = self._pages[device] = Ready(Packed(text.encode(), quality=FOR_NOW), look)
        return ready


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long is kept what *stands* at a code with its price, and what was *seen* of its state."""

    stands: timedelta
    seen: timedelta


class ScanCache:
    """
    The scan pages of one process.

    Many browsers that come at once wait for one look at the socket. Nothing here decides anything:
    paying checks state and price again.
    """

    def __init__(
        self,
        read: ReadStanding,
        look: LookAt,
        lifetimes: Lifetimes,
        *,
        nanoseconds: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Find what stands at a code with *read*, and its state with *look*."""
        self._look = look
        self._standing = Kept(
            read,
            lambda standing: min(lifetimes.stands, standing.holds_for or lifetimes.stands),
            most=_MOST_PAGES,
            nanoseconds=nanoseconds,
        )
        self._shown = Kept(
            self._see,
            lambda _: lifetimes.seen,
            most=_MOST_PAGES,
            ahead=lifetimes.seen / 4,
            nanoseconds=nanoseconds,
        )

    async def at(self, code: str, language: str) -> Shown:
        """Return what is at the socket. Raises UnknownCode."""
        return await self._shown.get((code, language))

    def forget(self, code: str) -> None:
        """Look anew at *code* the next time: something was just done there."""
        self._standing.forget(code)
        for language in LANGUAGES:
            self._shown.forget((code, language))

    async def _see(self, place: Place) -> Shown:
        code, language = place
        standing = await self._standing.get(code)
        view = await self._look(standing, language)
        last = self._shown.last(place)
        if last is None or last.view != view:
            return Shown(view, standing, language)
        return replace(last, standing=standing)
