"""The page of a driver's sessions."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from app.directpay.model import LIVE_STAGES, Stage
from app.directpay.owned.model import History, OwnSession
from app.directpay.scan import brand_view
from app.infra.i18n import (
    format_energy,
    format_local_datetime,
    format_money,
    format_month,
    gettext,
)
from app.people.identity.model import Operator
from app.web.drawing.look import Look
from app.web.drawing.templates import render


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """
    What the page shows: a page of *history*, and where the *older* sessions are ("": nowhere).

    *today* is what the form for taking sessions away proposes. *error* is what is wrong with it.
    """

    operator: Operator
    history: History
    older: str
    today: date
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SessionWords:
    """A session in the list: where it leads, where it was, when and what came of it."""

    address: str
    place: str
    detail: str
    result: str


def render_history(page: HistoryPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    slug = page.operator.slug
    months = [
        (month, [_words(each, slug) for each in sessions])
        for month, sessions in groupby(page.history.sessions, key=_month)
    ]
    return render(
        "sessions.html",
        brand_view(page.operator),
        slug=slug,
        months=months,
        older=page.older,
        first=page.today.replace(day=1).isoformat(),
        last=page.today.isoformat(),
        error=page.error,
    )


def _month(session: OwnSession) -> str:
    local = session.began_at.astimezone(ZoneInfo(session.time_zone))
    return format_month(local.date())


def _words(session: OwnSession, slug: str) -> SessionWords:
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
