"""The page of a driver's sessions, the way into each of them, and taking them away as a file."""

from datetime import date, datetime
from typing import Final
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.directpay.desk import find
from app.directpay.errors import JourneyNotFound, TooManySessions
from app.directpay.owned.export import MOST, as_csv, as_pdf, charged_on
from app.directpay.owned.history import history
from app.directpay.owned.model import Before, Days, History, Only, Wanted
from app.directpay.owned.months import asked_month, months_of, within
from app.infra.i18n import gettext
from app.people.identity.drivers.model import Driver
from app.web.answers import private_file, private_page, see_other
from app.web.drawing.app.months import mark_of
from app.web.drawing.history_page import HistoryPage, render_history
from app.web.drivers.account import Visitor, signed_in, visitor_at
from app.web.drivers.frame import frame_of
from app.web.pages import Pages, tickets_of
from app.web.request import AnyRequest
from app.web.tickets import Ticket, ticket_cookie

_ROWS: Final = 20
_LONGEST_TEXT: Final = 80


@get("/me/{slug:str}/sessions", include_in_schema=False)
async def sessions_page(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show a driver's sessions, newest first, or lead to signing in."""
    visitor = await visitor_at(request, slug, pages)
    if visitor.driver is None:
        own = quote(slug, safe="")
        return visitor.remembered(see_other(f"/me/{own}?next=/me/{own}/sessions"), pages)
    answer = await _answer(request, visitor, visitor.driver, pages)
    return visitor.remembered(answer, pages)


@get("/me/{slug:str}/sessions/{token:str}", include_in_schema=False)
async def open_session(
    request: AnyRequest, slug: FromPath[str], token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Let the driver whose session it is do with it what the browser may that paid."""
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    journey = await find(token, desk=pages.desk)
    if (journey.operator_id, journey.driver_id) != (driver.operator_id, driver.driver_id):
        raise JourneyNotFound("this is no session of the driver's")
    ticket = Ticket(token, pages.desk.secrets.control(journey.journey_id))
    cookie = ticket_cookie(ticket, tickets_of(request), pages.config)
    return visitor.remembered(see_other(f"/s/{token}", cookie), pages)


@get("/me/{slug:str}/sessions/file", include_in_schema=False)
async def sessions_file(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Return the sessions of some days as PDF or CSV; say on the page what is wrong with them."""
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    days = _days(request.query_params.get("from", ""), request.query_params.get("to", ""))
    if days is None:
        wrong = gettext("Please choose a first day and a last day that is not before it.")
        return await _answer(request, visitor, driver, pages, wrong)
    try:
        answer = await _file(request, days, visitor, driver, pages)
    except TooManySessions:
        wrong = gettext("These are more than %(most)s sessions. Please choose fewer days.")
        return await _answer(request, visitor, driver, pages, wrong % {"most": MOST})
    return visitor.remembered(answer, pages)


async def _file(
    request: AnyRequest, days: Days, visitor: Visitor, driver: Driver, pages: Pages
) -> Response[bytes]:
    kind, only = request.query_params.get("as", ""), Only(_text(request))
    found = await charged_on(
        driver.driver_id, days, only, operator_id=driver.operator_id, desk=pages.desk
    )
    name = f"sessions-{days.first}-{days.last}"
    if kind == "csv":
        return private_file(as_csv(found).encode(), f"{name}.csv", "text/csv")
    at = pages.desk.database.clock.now()
    title = " · ".join(filter(None, (visitor.operator.brand.name, only.text)))
    pdf = await as_pdf(found, days, title, at=at, desk=pages.desk)
    return private_file(pdf, f"{name}.pdf", "application/pdf")


async def _answer(
    request: AnyRequest, visitor: Visitor, driver: Driver, pages: Pages, error: str | None = None
) -> Response[bytes]:
    only = Only(_text(request), asked_month(request.query_params.get("month", "")))
    before = _before(request.query_params.get("before", ""))
    whose, desk = {"driver_id": driver.driver_id, "operator_id": driver.operator_id}, pages.desk
    found = await history(
        wanted=within(Wanted(_ROWS, before=before, only=only)), **whose, desk=desk
    )
    months = await months_of(**whose, desk=desk)
    today = desk.database.clock.now().date()
    frame = await frame_of(request, visitor, pages)
    page = HistoryPage(frame, found, _older(found, only), today, error, months, only)
    status = 200 if error is None else 422
    return private_page(request, render_history(page), pages.config, status=status)


def _text(request: AnyRequest) -> str:
    return request.query_params.get("q", "").strip()[:_LONGEST_TEXT]


def _older(found: History, only: Only) -> str:
    if found.more is None:
        return ""
    asked = {} if only.month is None else {"month": mark_of(only.month)}
    if only.text:
        asked["q"] = only.text
    return f"?{urlencode({**asked, 'before': _mark(found.more)})}"


def _mark(before: Before) -> str:
    return f"{before.began_at.isoformat()}~{before.journey_id}"


def _before(mark: str) -> Before | None:
    """Return where the page goes on; what is no such place is the beginning."""
    instant, _, journey_id = mark.partition("~")
    try:
        place = Before(datetime.fromisoformat(instant), UUID(journey_id))
    except ValueError:
        return None
    return place if place.began_at.tzinfo is not None else None


def _days(first: str, last: str) -> Days | None:
    try:
        days = Days(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return days if date(2000, 1, 1) <= days.first <= days.last <= date(2200, 1, 1) else None
