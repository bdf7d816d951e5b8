"""The page on which the app begins, and the one that it shows without a network."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.directpay.owned.model import OwnSession
from app.directpay.places.views import PlaceView
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.history_page import session_words
from app.web.drawing.look import Look
from app.web.drawing.places.listed import SHEET, listed_place


@dataclass(frozen=True, slots=True)
class StartPage:
    """
    What the page shows: the latest *sessions* of the driver, and whether one is *known*.

    *places* are the driver's favourites as they are now.
    """

    frame: Frame
    sessions: Sequence[OwnSession] = ()
    known: bool = False
    places: Sequence[PlaceView] = ()


def render_start(page: StartPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    slug = page.frame.slug
    return render_framed(
        "app.html",
        page.frame,
        Here.START,
        (SHEET,),
        sessions=[session_words(each, slug) for each in page.sessions],
        known=page.known,
        places=[listed_place(each) for each in page.places],
    )


def render_offline(frame: Frame) -> tuple[str, Look]:
    """Return the page in the current language, and its look; it is the same for everyone."""
    return render_framed("offline.html", frame, Here.START)
