"""The session page: where the journey stands, the figures, and what the driver can do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.directpay.letters.model import FOLLOWED
from app.directpay.model import Ending, Stage
from app.directpay.views import JourneyView
from app.infra.i18n import gettext
from app.web.drawing.app.frame import SHEET, Frame, Here, framed, home_of
from app.web.drawing.assets import STARTER, asset
from app.web.drawing.look import Look
from app.web.drawing.scan_page import socket_name
from app.web.drawing.session_forms import (
    NO_MISTAKES,
    Mistakes,
    again_form,
    invoice_form,
    mail_form,
    more_form,
    stop_form,
)
from app.web.drawing.templates import render, template
from app.web.words.journey import headline
from app.web.words.live import Terms, clock, live_words, numbers
from app.web.words.offers import offer_words
from app.web.words.receipt import receipt_words

_PREPARING = (Stage.PAYING, Stage.STARTING, Stage.WAITING)
_RUNNING = (Stage.CHARGING, Stage.STOPPING)
# Without a script the page comes anew by itself: soon where the next state is near, else seldom
# enough that an address can be typed.
_PASSING = (Stage.STARTING, Stage.STOPPING, Stage.SETTLING)
_BRISK_SECONDS, _CALM_SECONDS = 4, 15


@dataclass(frozen=True, slots=True)
class Viewer:
    """
    Who looks: the *token* of the address, its full *address*, and whether they may stop.

    *push_key* is what a browser asks for notices with, "" where there are none. *frame* is the
    app's, for a driver who is signed in; *keeping* says that the session is nobody's yet.
    """

    token: str
    address: str
    control: bool
    push_key: str = ""
    frame: Frame | None = None
    keeping: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps before charging: *state* is done, current or todo."""

    title: str
    state: str
    detail: str = ""
    seconds_left: int | None = None
    time_left: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """The one thing to do next."""

    href: str
    label: str


def render_session(
    view: JourneyView,
    viewer: Viewer,
    *,
    script: str,
    mistakes: Mistakes = NO_MISTAKES,
) -> tuple[str, Look]:
    """
    Return the session page in the current language, and its look.

    *script* is the address of the script; *mistakes* are what was wrong with a form just sent.
    """
    point = view.point
    facts = _values(view, viewer, mistakes) | {
        "script": script,
        "start": STARTER,
        "push_script": asset("app.js").path,
        "push_key": viewer.push_key if viewer.control and view.stage in FOLLOWED else "",
        "point": point,
        "home": home_of(view.brand.slug),
        "keeping": viewer.control and viewer.keeping,
        "known": viewer.frame is not None,
        "socket": socket_name(point.physical_reference) or point.evse_id,
    }
    facts |= framed(viewer.frame, Here.SESSIONS)
    sheets = () if viewer.frame is None else (SHEET,)
    return render("session.html", view.brand, sheets, **facts)


def render_journey(view: JourneyView, viewer: Viewer) -> str:
    """Return the region of the session page that follows the journey, whole."""
    return template("parts/journey.html").render(_values(view, viewer, NO_MISTAKES))


def terms_of(view: JourneyView) -> Terms:
    """Return what the figures of *view* are read against."""
    return Terms(view.held, view.strategy, view.point.time_zone)


def _values(view: JourneyView, viewer: Viewer, mistakes: Mistakes) -> dict[str, object]:
    live = view.live if view.stage in _RUNNING else None
    return {
        "token": viewer.token,
        "control": viewer.control,
        "page": _page(view, viewer, mistakes),
        "notice": mistakes.notice,
        "live": None if live is None else live_words(view, live),
        "n": None if live is None else numbers(live, terms_of(view)),
        "receipt": None if view.settled is None else receipt_words(view, view.settled),
    }


def _page(view: JourneyView, viewer: Viewer, mistakes: Mistakes) -> Mapping[str, object]:
    head = headline(view)
    return {
        "tone": head.tone,
        "icon": head.icon,
        "title": head.title,
        "sentence": head.sentence,
        "busy": head.busy,
        "steps": _steps(view) if view.stage in _PREPARING else (),
        "action": _action(view, viewer),
        "refreshes": not view.is_over,
        "refresh_seconds": _BRISK_SECONDS if view.stage in _PASSING else _CALM_SECONDS,
        "stop": stop_form(view),
        "more": more_form(view),
        "again": again_form(view),
        "mail": mail_form(view, mistakes),
        "invoice": invoice_form(view, mistakes),
        "share": viewer.address if view.stage in _RUNNING else None,
        "offers": [offer_words(offer) for offer in view.offers],
    }


def _action(view: JourneyView, viewer: Viewer) -> Action | None:
    if view.stage is Stage.PAYING and view.checkout_url and viewer.control:
        return Action(view.checkout_url, gettext("Go to the payment page"))
    if view.stage is Stage.ENDED and view.ending not in (None, Ending.CHARGED, Ending.COVERED):
        return Action(f"/c/{view.point.code}", gettext("Try again"))
    return None


def _steps(view: JourneyView) -> tuple[Step, ...]:
    current = _PREPARING.index(view.stage)
    titles = (
        gettext("Pay"),
        gettext("The charge point answers"),
        gettext("Plug in"),
        gettext("Charging"),
    )
    return tuple(
        _step(view, title, number - current, number) for number, title in enumerate(titles)
    )


def _step(view: JourneyView, title: str, ahead: int, number: int) -> Step:
    if ahead < 0:
        return Step(title, "done")
    if ahead > 0:
        return Step(title, "todo")
    if _PREPARING[number] is not Stage.WAITING or view.plug_in_by is None:
        return Step(title, "current")
    seconds = _seconds_between(view.now, view.plug_in_by)
    return Step(title, "current", gettext("time left"), seconds, clock(seconds))


def _seconds_between(now: datetime, then: datetime) -> int:
    return max(int((then - now).total_seconds()), 0)
