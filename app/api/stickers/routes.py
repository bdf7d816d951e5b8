"""Stickers: print them, list them, revoke one, and find the points that nobody scans."""

from typing import Annotated, Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import private
from app.api.counter import AnyRequest, Counter
from app.api.errors import InvalidRequest
from app.api.keys import caller_of
from app.api.lists.cursors import LONG_PAGE, LongPageRows, PageCursor, clean, cut
from app.api.operators.route import for_operators
from app.api.stickers.bodies import (
    ORDER,
    PRINTED,
    SILENT,
    STICKER,
    STICKERS,
    AtLocation,
    Days,
    Printed,
    Reason,
    Serial,
    SilentPoints,
    State,
    StickerOrder,
    Stickers,
    StickerView,
    printed_view,
    silent_view,
    sticker_view,
)
from app.api.stickers.people import (
    close_one_report,
    list_sticker_fitters,
    list_sticker_reports,
    make_one_fitter,
    revoke_one_fitter,
)
from app.api.stickers.public import report_one_sticker
from app.charging.stickers.change import revoke_sticker
from app.charging.stickers.errors import StickerNotFound, StickerOrderInvalid
from app.charging.stickers.model import Part
from app.charging.stickers.order import Wanted
from app.charging.stickers.read import list_stickers, points_without_scans
from app.people.identity.keys.model import Scope

_WRITES = "Needs the scope `stickers:write`."
_READS = "Needs the scope `stickers:read`."
_REASON = Reason("came off")
_MOST_DIGITS = 9


@post(
    "/operator/stickers",
    operation_id="printStickers",
    summary="Print stickers",
    description="Enters new stickers in the register and prints them, or prints some once more. "
    f"{_WRITES}",
    **for_operators(
        Scope.STICKERS_WRITE, PRINTED, StickerOrderInvalid, StickerNotFound, status=201
    ),
)
async def print_new_stickers(
    request: AnyRequest,
    data: Annotated[StickerOrder, Body(examples=[Example(summary="A place", value=ORDER)])],
    counter: NamedDependency[Counter],
) -> Response[Printed]:
    """Print them."""
    caller = caller_of(request)
    wanted = Wanted(data.layout, caller.name, data.locations, data.evses, data.serials)
    files = await counter.desk.stickers.make(
        wanted, data.form, data.dpi, operator_id=caller.operator_id
    )
    return private(printed_view(files))


@get(
    "/operator/stickers",
    operation_id="listStickers",
    summary="Stickers",
    description=f"What became of each, and how often it was scanned. {_READS}",
    **for_operators(Scope.STICKERS_READ, STICKERS),
)
async def list_all_stickers(  # noqa: PLR0913, PLR0917 - a parameter each of the query
    request: AnyRequest,
    counter: NamedDependency[Counter],
    location: AtLocation = None,
    sticker_state: State = None,
    cursor: PageCursor = None,
    limit: LongPageRows = LONG_PAGE,
) -> Response[Stickers]:
    """Answer a page of them."""
    places = () if location is None else (location,)
    part = Part(limit + 1, _after(cursor))
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await list_stickers(work, location_ids=places, state=sticker_state, part=part)
    page, more = cut(found, limit, lambda last: f"{last.sticker.code}~{last.sticker.number}")
    return private(Stickers(tuple(sticker_view(each) for each in page), more))


def _after(cursor: str | None) -> tuple[str, int] | None:
    """Return the code and the number that a cursor names. Raises InvalidRequest."""
    if cursor is None:
        return None
    code, _, number = clean(cursor).partition("~")
    if not number.isascii() or not number.isdecimal() or len(number) > _MOST_DIGITS:
        raise InvalidRequest("this is no cursor of ours", field="cursor")
    return code, int(number)


@post(
    "/operator/stickers/{serial:str}/revoke",
    operation_id="revokeSticker",
    summary="Revoke a sticker",
    description="It leads to a warning from now on, within ten seconds; twice is as once. "
    f"{_WRITES}",
    **for_operators(Scope.STICKERS_WRITE, STICKER, StickerNotFound),
)
async def revoke_one_sticker(
    request: AnyRequest,
    serial: Serial,
    data: Annotated[Reason, Body(examples=[Example(summary="Lost", value=_REASON)])],
    counter: NamedDependency[Counter],
) -> Response[StickerView]:
    """Revoke it."""
    caller = caller_of(request)
    async with counter.desk.database.work(caller.operator_id) as work:
        revoked = await revoke_sticker(work, serial, by=caller.name, reason=data.reason)
        found = await list_stickers(work, evse_uids=[revoked.evse_uid])
    (listed,) = [each for each in found if each.sticker.number == revoked.number]
    return private(sticker_view(listed))


@get(
    "/operator/silent-points",
    operation_id="listSilentPoints",
    summary="Points that nobody scans",
    description="Look whether something is pasted over their stickers. " + _READS,
    **for_operators(Scope.STICKERS_READ, SILENT),
)
async def list_silent_points(
    request: AnyRequest,
    counter: NamedDependency[Counter],
    days: Days = 30,
    cursor: PageCursor = None,
    limit: LongPageRows = LONG_PAGE,
) -> Response[SilentPoints]:
    """Answer a page of them."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await points_without_scans(work, days, after=clean(cursor or ""))
    page, more = cut(found, limit, lambda last: last.place)
    return private(SilentPoints(tuple(silent_view(each) for each in page), more))


STICKER_ROUTES: Final = (
    print_new_stickers,
    list_all_stickers,
    revoke_one_sticker,
    list_silent_points,
    list_sticker_reports,
    close_one_report,
    make_one_fitter,
    list_sticker_fitters,
    revoke_one_fitter,
    report_one_sticker,
)
