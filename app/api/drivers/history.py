"""A driver's sessions: the list, and claiming one that was charged without signing in."""

from datetime import date, datetime
from typing import Annotated, Literal

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, QueryParameter

from app.api.answers import answer, private
from app.api.bodies import Language
from app.api.counter import AnyRequest, Counter
from app.api.drivers.bodies import ClaimedSession, Sessions, session_entry
from app.api.drivers.caller import driver_of, for_drivers
from app.api.drivers.examples import CLAIM, SESSIONS
from app.api.errors import InvalidRequest
from app.api.lists.cursors import cursor_of, uuid_place_of
from app.directpay.errors import JourneyNotFound, NotYours, TooManySessions
from app.directpay.owned.claim import claim
from app.directpay.owned.export import as_csv, as_pdf, charged_on
from app.directpay.owned.history import history
from app.directpay.owned.model import Before, Days, Only, Standing, Wanted
from app.directpay.owned.months import asked_month, within
from app.infra.i18n import speaking
from app.people.identity.drivers.devices import whoever_calls
from app.people.identity.drivers.errors import DriverNotFound

_DEFAULT_ROWS = 50
Since = Annotated[
    datetime | None,
    QueryParameter(name="from", description="Only sessions that began then or later."),
]
Until = Annotated[
    datetime | None, QueryParameter(name="to", description="Only sessions that began earlier.")
]
Cursor = Annotated[
    str | None, QueryParameter(max_length=100, description="`next_cursor` of the page before.")
]
Month = Annotated[
    str | None,
    QueryParameter(
        pattern=r"^2[01]\d\d-(0[1-9]|1[0-2])$",
        description="Only sessions that began in that month, by the clock of the place.",
    ),
]
PlaceText = Annotated[
    str,
    QueryParameter(
        name="q",
        max_length=80,
        description="Only where each of these words is in the place's name, town or EVSE id.",
    ),
]
StandingNow = Annotated[
    Standing | None,
    QueryParameter(
        name="state",
        description="Only sessions under way, or that were charged, or that came to nothing.",
    ),
]
FirstDay = Annotated[date, QueryParameter(name="from", description="The first day.")]
LastDay = Annotated[date, QueryParameter(name="to", description="The last day, included.")]
FileKind = Annotated[
    Literal["pdf", "csv"], QueryParameter(name="as", description="What kind of file.")
]
Rows = Annotated[int, QueryParameter(ge=1, le=100, description="How many at most.")]


@get(
    "/me/sessions",
    operation_id="listSessions",
    summary="The driver's sessions",
    description="Newest first, those under way too: what was begun signed in, paid with credit or "
    "claimed. `token` leads to everything else about a session, and the driver's access token may "
    "do with it what the control token may. A page of only some sessions can be short, and still "
    "have others behind it: go on until `next_cursor` is null.",
    **for_drivers({200: answer(Sessions, "A page of sessions", SESSIONS)}),
)
async def list_sessions(  # noqa: PLR0913, PLR0917 - a parameter each of the query
    request: AnyRequest,
    counter: NamedDependency[Counter],
    since: Since = None,
    until: Until = None,
    month: Month = None,
    text: PlaceText = "",
    standing: StandingNow = None,
    cursor: Cursor = None,
    limit: Rows = _DEFAULT_ROWS,
) -> Response[Sessions]:
    """Answer a page of the driver's sessions."""
    caller = driver_of(request)
    only = Only(text, _first_of(month), standing)
    wanted = Wanted(limit, since, until, _before(cursor), only)
    page = await history(
        caller.driver_id, within(wanted), operator_id=caller.operator_id, desk=counter.desk
    )
    more = None if page.more is None else cursor_of(page.more.began_at, page.more.journey_id)
    return private(Sessions(tuple(session_entry(each) for each in page.sessions), more))


@post(
    "/me/sessions",
    operation_id="claimSession",
    summary="Claim a session",
    description="Keeps a session that was charged without signing in in the driver's history. It "
    "takes the payer's own control token: the page that paid has it, and the link in the mail. "
    "Sending it again changes nothing.",
    status_code=204,
    **for_drivers(
        {204: ResponseSpec(None, description="It is in the history")}, JourneyNotFound, NotYours
    ),
)
async def claim_session(
    request: AnyRequest,
    data: Annotated[ClaimedSession, Body(examples=[Example(summary="A session", value=CLAIM)])],
    counter: NamedDependency[Counter],
) -> None:
    """Make a session the driver's own."""
    caller = driver_of(request)
    await claim(
        data.token,
        data.control,
        driver_id=caller.driver_id,
        operator_id=caller.operator_id,
        desk=counter.desk,
    )


@get(
    "/me/sessions/file",
    operation_id="exportSessions",
    summary="The driver's sessions as a file",
    description="The charged sessions of some days, each day by the clock of the place: one PDF "
    "in the language of `locale`, or a table (CSV) with a row for each. `q` leaves out what "
    "it does in `listSessions`.",
    **for_drivers(
        {
            200: ResponseSpec(
                bytes, generate_examples=False, description="The file", media_type="application/pdf"
            )
        },
        DriverNotFound,
        TooManySessions,
    ),
)
async def export_sessions(  # noqa: PLR0913, PLR0917 - a parameter each of the query
    request: AnyRequest,
    counter: NamedDependency[Counter],
    first: FirstDay,
    last: LastDay,
    text: PlaceText = "",
    kind: FileKind = "pdf",
    locale: Language = "en",
) -> Response[bytes]:
    """Answer the driver's sessions as PDF or CSV."""
    caller, desk = driver_of(request), counter.desk
    if first > last:
        raise InvalidRequest("the last day is before the first", field="to")
    days = Days(first, last)
    found = await charged_on(
        caller.driver_id, days, Only(text), operator_id=caller.operator_id, desk=desk
    )
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if kind == "csv":
        return Response(as_csv(found).encode(), media_type="text/csv", headers=headers)
    driver = await whoever_calls(caller, database=desk.database)
    with speaking(locale):
        title = " · ".join(filter(None, (driver.email, text)))
        pdf = await as_pdf(found, days, title, at=desk.database.clock.now(), desk=desk)
    return Response(pdf, media_type="application/pdf", headers=headers)


def _first_of(month: str | None) -> date | None:
    if month is None:
        return None
    first = asked_month(month)
    if first is None:
        raise InvalidRequest("there is no such month", field="month")
    return first


def _before(cursor: str | None) -> Before | None:
    place = uuid_place_of(cursor)
    return None if place is None else Before(*place)
