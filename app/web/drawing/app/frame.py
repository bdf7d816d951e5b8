"""The frame of the app: what stands around the pages of a driver who comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.directpay.owned.model import RunningSession
from app.directpay.scan import brand_view
from app.infra.i18n import N_, current_language, format_energy, format_money, gettext, said
from app.people.identity.model import Operator
from app.web.drawing.assets import STARTER, asset
from app.web.drawing.look import Look
from app.web.drawing.templates import render, template

SHEET: Final = "frame.css"


class Here(StrEnum):
    """The part of the app that a page belongs to; START belongs to none in the navigation."""

    START = "start"
    MAP = "map"
    SCAN = "scan"
    SESSIONS = "sessions"
    WALLET = "wallet"
    ME = "me"


# Where the parts are, in the order of the navigation, with their icons and names.
_PARTS: Final = (
    (Here.MAP, "/app/{slug}/map", "map", N_("Map")),
    (Here.SCAN, "/app/{slug}/scan", "scan", N_("Scan")),
    (Here.SESSIONS, "/me/{slug}/sessions", "list", N_("Sessions")),
    (Here.WALLET, "/wallet/{slug}", "wallet", N_("Wallet")),
    (Here.ME, "/me/{slug}", "person", N_("Account")),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose app it is, and the sessions that are *running* for who looks at it."""

    operator: Operator
    running: tuple[RunningSession, ...] = ()

    @property
    def slug(self) -> str:
        """Return the operator's name in addresses."""
        return self.operator.slug


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the app in the navigation; *here* says that the page belongs to it."""

    address: str
    icon: str
    name: str
    here: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A running session in the bar: where it leads, where it charges, and what came of it."""

    address: str
    place: str
    detail: str


def render_framed(
    name: str, frame: Frame, here: Here, sheets: tuple[str, ...] = (), /, **values: object
) -> tuple[str, Look]:
    """Return the page *name* of the app in the current language, and its look."""
    values |= framed(frame, here) | {
        "home": home_of(frame.slug),
        "polls": True,
        "scripts": [asset(name).path for name in ("live.js", "app.js")],
        "start": STARTER,
    }
    return render(name, brand_view(frame.operator), (SHEET, *sheets), **values)


def framed(frame: Frame | None, here: Here) -> dict[str, object]:
    """Return what a page of the journey wears of the frame: None is who has no account."""
    if frame is None:
        return {}
    return {
        "slug": frame.slug,
        "parts": _parts(frame.slug, here),
        "running": _bars(frame.running),
        "polls": False,
    }


def home_of(slug: str) -> str:
    """Return where the operator's app begins."""
    return f"/app/{slug}"


def render_running(frame: Frame) -> str:
    """Return the bar of running sessions alone, to take the place of the one on a page."""
    return template("parts/running.html").render(
        slug=frame.slug, running=_bars(frame.running), polls=True, language=current_language()
    )


def _parts(slug: str, here: Here) -> list[Part]:
    return [
        Part(address.format(slug=slug), icon, said(name), part is here)
        for part, address, icon, name in _PARTS
    ]


def _bars(running: Sequence[RunningSession]) -> list[Bar]:
    return [Bar(f"/s/{each.token}", each.location, _detail(each)) for each in running]


def _detail(session: RunningSession) -> str:
    if session.energy_kwh is None or session.cost is None:
        return gettext("Under way")
    energy = format_energy(session.energy_kwh, decimals=2)
    return f"{energy} · {format_money(session.cost)}"
