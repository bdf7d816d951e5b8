"""The page of a driver's means of payment: what is kept, what it is called, and removing it."""

from contextlib import suppress
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.directpay.afterwards.errors import MeansInUse
from app.directpay.afterwards.look import kept_by
from app.directpay.afterwards.remove import remove_means
from app.funds.means.errors import MeansNameInvalid, MeansNotFound
from app.funds.means.name import name_means
from app.infra.statuses import STATUS
from app.kernel.errors import Problem
from app.web.answers import private_page, see_other
from app.web.drivers.account import Visitor, signed_in, visitor_at
from app.web.drivers.frame import frame_of
from app.web.drivers.means_drawing import MeansPage, render_means
from app.web.pages import Pages
from app.web.request import AnyRequest
from app.web.security import check_same_origin


@get("/me/{slug:str}/means", include_in_schema=False)
async def means_page(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show what a driver keeps, or lead to signing in."""
    visitor = await visitor_at(request, slug, pages)
    if visitor.driver is None:
        answer = see_other(f"/me/{quote(slug, safe='')}")
        return visitor.remembered(answer, pages)
    return visitor.remembered(await _answer(request, visitor, pages), pages)


@post("/me/{slug:str}/means/{means_id:uuid}/name", include_in_schema=False)
async def name_form(
    request: AnyRequest,
    slug: FromPath[str],
    means_id: FromPath[UUID],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Call a means what the driver wants to call it."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver, name = signed_in(visitor), (await request.form()).get("name")
    try:
        await name_means(
            means_id,
            name if isinstance(name, str) else "",
            driver_id=driver.driver_id,
            operator_id=driver.operator_id,
            database=pages.desk.database,
        )
    except (MeansNameInvalid, MeansNotFound) as problem:
        return visitor.remembered(await _answer(request, visitor, pages, problem), pages)
    return visitor.remembered(_back(visitor), pages)


@post("/me/{slug:str}/means/{means_id:uuid}/remove", include_in_schema=False)
async def remove_form(
    request: AnyRequest,
    slug: FromPath[str],
    means_id: FromPath[UUID],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Keep a means no longer; pressing twice removes it once."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    try:
        with suppress(MeansNotFound):
            await remove_means(
                means_id,
                driver_id=driver.driver_id,
                operator_id=driver.operator_id,
                database=pages.desk.database,
            )
    except MeansInUse as problem:
        return visitor.remembered(await _answer(request, visitor, pages, problem), pages)
    return visitor.remembered(_back(visitor), pages)


def _back(visitor: Visitor) -> Response[bytes]:
    return see_other(f"/me/{visitor.operator.slug}/means")


async def _answer(
    request: AnyRequest, visitor: Visitor, pages: Pages, problem: Problem | None = None
) -> Response[bytes]:
    driver = signed_in(visitor)
    own = await kept_by(driver.driver_id, operator_id=driver.operator_id, desk=pages.desk)
    frame = await frame_of(request, visitor, pages)
    page = render_means(MeansPage(frame, own, problem))
    status = 200 if problem is None else STATUS[problem.kind]
    return private_page(request, page, pages.config, status=status)
