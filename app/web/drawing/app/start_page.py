"""The page on which the app begins, and the one that it shows without a network."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.directpay.owned.model import OwnSession
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.history_page import session_words
from app.web.drawing.look import Look


@dataclass(frozen=True, slots=True)
class StartPage:
    """What the page shows: the latest *sessions* of the driver, and whether one is *known*."""

    frame: Frame
    sessions: Sequence[OwnSession] = ()
    known: bool = False


def render_start(page: StartPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    slug = page.frame.slug
    return render_framed(
        "app.html",
        page.frame,
        Here.START,
        sessions=[session_words(each, slug) for each in page.sessions],
        known=page.known,
    )


def render_offline(frame: Frame) -> tuple[str, Look]:
    """Return the page in the current language, and its look; it is the same for everyone."""
    return render_framed("offline.html", frame, Here.START)
