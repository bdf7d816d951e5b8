"""What people say of stickers, and who mounts them."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, FromPath

from app.api.answers import private
from app.api.counter import AnyRequest, Counter
from app.api.keys import caller_of
from app.api.lists.cursors import (
    LONG_PAGE,
    LongPageRows,
    PageCursor,
    cursor_of,
    cut,
    uuid_place_of,
)
from app.api.operators.route import for_operators
from app.api.stickers.bodies import (
    FITTERS,
    NEW_FITTER,
    REPORTS,
    FitterOrder,
    Fitters,
    NewFitter,
    Outcome,
    Reports,
    fitter_view,
    report_view,
)
from app.charging.stickers.errors import FitterNotKnown, ReportNotFound
from app.charging.stickers.fitters.links import list_fitters, make_fitter, revoke_fitter
from app.charging.stickers.reports.model import Behind
from app.charging.stickers.reports.work import close_report, list_reports
from app.people.identity.keys.model import Scope

_WRITES = "Needs the scope `stickers:write`."
_READS = "Needs the scope `stickers:read`."
_OUTCOME = Outcome("another code was pasted over it; taken off, police told")
_FITTER = FitterOrder("Ans of Kabel B.V.")


@get(
    "/operator/sticker-reports",
    operation_id="listStickerReports",
    summary="Reports of stickers that look wrong",
    description=f"By anybody, still open. {_READS}",
    **for_operators(Scope.STICKERS_READ, REPORTS),
)
async def list_sticker_reports(
    request: AnyRequest,
    counter: NamedDependency[Counter],
    cursor: PageCursor = None,
    limit: LongPageRows = LONG_PAGE,
) -> Response[Reports]:
    """Answer a page of them."""
    return private(await _open(request, counter, uuid_place_of(cursor), limit))


@post(
    "/operator/sticker-reports/{report_id:uuid}/close",
    operation_id="closeStickerReport",
    summary="Close a report",
    description=f"Somebody looked; answers the first of those that are still open. {_WRITES}",
    **for_operators(Scope.STICKERS_WRITE, REPORTS, ReportNotFound),
)
async def close_one_report(
    request: AnyRequest,
    report_id: FromPath[UUID],
    data: Annotated[Outcome, Body(examples=[Example(summary="False", value=_OUTCOME)])],
    counter: NamedDependency[Counter],
) -> Response[Reports]:
    """Close it."""
    caller = caller_of(request)
    async with counter.desk.database.work(caller.operator_id) as work:
        await close_report(work, report_id, by=caller.name, outcome=data.outcome)
    return private(await _open(request, counter))


@post(
    "/operator/sticker-fitters",
    operation_id="makeStickerFitter",
    summary="Make a link for who mounts stickers",
    description=f"Whoever opens it says by scanning which sticker hangs. {_WRITES}",
    **for_operators(Scope.STICKERS_WRITE, NEW_FITTER, status=201),
)
async def make_one_fitter(
    request: AnyRequest,
    data: Annotated[FitterOrder, Body(examples=[Example(summary="A week", value=_FITTER)])],
    counter: NamedDependency[Counter],
) -> Response[NewFitter]:
    """Make it."""
    operator_id = caller_of(request).operator_id
    async with counter.desk.database.work(operator_id) as work:
        made, secret = await make_fitter(work, data.name, timedelta(days=data.days))
    link = f"{counter.desk.base_of(operator_id)}/fit/{secret}"
    return private(NewFitter(made.fitter_id, link, made.expires_at))


@get(
    "/operator/sticker-fitters",
    operation_id="listStickerFitters",
    summary="Who mounts stickers",
    description=f"Links that have expired or were revoked, too. {_READS}",
    **for_operators(Scope.STICKERS_READ, FITTERS),
)
async def list_sticker_fitters(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[Fitters]:
    """Answer them."""
    return private(await _fitters(request, counter))


@post(
    "/operator/sticker-fitters/{fitter_id:uuid}/revoke",
    operation_id="revokeStickerFitter",
    summary="Revoke a link",
    description=f"It is good for nothing from now on. {_WRITES}",
    **for_operators(Scope.STICKERS_WRITE, FITTERS, FitterNotKnown),
)
async def revoke_one_fitter(
    request: AnyRequest, fitter_id: FromPath[UUID], counter: NamedDependency[Counter]
) -> Response[Fitters]:
    """Revoke it."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        await revoke_fitter(work, fitter_id)
    return private(await _fitters(request, counter))


async def _open(
    request: AnyRequest, counter: Counter, after: Behind | None = None, limit: int = LONG_PAGE
) -> Reports:
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await list_reports(work, after, limit + 1)
    page, more = cut(found, limit, lambda last: cursor_of(last.reported_at, last.report_id))
    return Reports(tuple(report_view(each) for each in page), more)


async def _fitters(request: AnyRequest, counter: Counter) -> Fitters:
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await list_fitters(work)
    return Fitters(tuple(fitter_view(each) for each in found))
