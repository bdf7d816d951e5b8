"""The page of a driver's sessions."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from app.directpay.model import LIVE_STAGES, Stage
from app.directpay.owned.model import EVERYTHING, History, Only, OwnSession
from app.directpay.owned.months import MonthSum
from app.infra.i18n import (
    format_energy,
    format_local_datetime,
    format_money,
    format_month,
    gettext,
)
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.app.months import mark_of, months_words
from app.web.drawing.look import Look


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """
    What the page shows: a page of *history*, and where the *older* sessions are ("": nowhere).

    *today* is what the form for taking sessions away proposes. *error* is what is wrong with it.
    *months* are the driver's year, *only* is what of the history is shown.
    """

    frame: Frame
    history: History
    older: str
    today: date
    error: str | None = None
    months: tuple[MonthSum, ...] = ()
    only: Only = EVERYTHING


@dataclass(frozen=True, slots=True)
class SessionWords:
    """A session in the list: where it leads, where it was, when and what came of it."""

    address: str
    place: str
    detail: str
    result: str


def render_history(page: HistoryPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    slug = page.frame.slug
    months = [
        (month, [session_words(each, slug) for each in sessions])
        for month, sessions in groupby(page.history.sessions, key=_month)
    ]
    first, last = _proposed(page)
    return render_framed(
        "sessions.html",
        page.frame,
        Here.SESSIONS,
        months=months,
        older=page.older,
        year=months_words(page.months, page.only.month),
        chosen=None if page.only.month is None else format_month(page.only.month),
        mark="" if page.only.month is None else mark_of(page.only.month),
        q=page.only.text,
        first=first.isoformat(),
        last=last.isoformat(),
        error=page.error,
    )


def _proposed(page: HistoryPage) -> tuple[date, date]:
    """Return the first and last day of the month that is looked at."""
    month = page.only.month
    if month is None:
        return page.today.replace(day=1), page.today
    _, days = monthrange(month.year, month.month)
    return month, month.replace(day=days)


def _month(session: OwnSession) -> str:
    local = session.began_at.astimezone(ZoneInfo(session.time_zone))
    return format_month(local.date())


def session_words(session: OwnSession, slug: str) -> SessionWords:
    """Return a session as a list of the operator's app shows it."""
    energy = "" if session.energy_kwh is None else format_energy(session.energy_kwh, decimals=2)
    when = format_local_datetime(session.began_at, session.time_zone)
    return SessionWords(
        address=f"/me/{slug}/sessions/{session.token}",
        place=", ".join(part for part in (session.location, session.city) if part),
        detail=" · ".join(part for part in (when, energy) if part),
        result=_result(session),
    )


def _result(session: OwnSession) -> str:
    if session.charged is not None:
        return format_money(session.charged)
    if session.stage in LIVE_STAGES or session.stage is Stage.SETTLING:
        return gettext("Under way")
    return gettext("Nothing charged")
