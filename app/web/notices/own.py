"""A driver's notices: the page, what is chosen on it, and the devices."""

from typing import Final
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.directpay.notices.own import choose_notices, notices_of, notify_here, notify_no_more
from app.infra.i18n import current_language
from app.people.identity.drivers.model import Driver
from app.people.notifications.devices import Wanted
from app.people.notifications.model import NoticeKind
from app.web.answers import private_page, see_other
from app.web.drivers.account import Visitor, signed_in, visitor_at
from app.web.drivers.browsers import browser_of
from app.web.drivers.frame import frame_of
from app.web.notices.given import given_address
from app.web.notices.page import NoticesPage, render_notices
from app.web.pages import Pages
from app.web.request import AnyRequest
from app.web.security import check_same_origin

DONE: Final = 204


@get("/me/{slug:str}/notices", include_in_schema=False)
async def notices_page(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show what a driver is told and where, or lead to signing in."""
    visitor = await visitor_at(request, slug, pages)
    if visitor.driver is None:
        own = quote(slug, safe="")
        return visitor.remembered(see_other(f"/me/{own}?next=/me/{own}/notices"), pages)
    answer = await _answer(request, visitor, visitor.driver, pages)
    return visitor.remembered(answer, pages)


@post("/me/{slug:str}/notices", include_in_schema=False)
async def choose_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Tell the driver of what is ticked, and of nothing else."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver, form = signed_in(visitor), await request.form()
    choices = {kind: form.get(kind) == "yes" for kind in NoticeKind}
    await choose_notices(driver.driver_id, choices, operator_id=driver.operator_id, desk=pages.desk)
    return visitor.remembered(_back(visitor), pages)


@post("/me/{slug:str}/notices/devices", include_in_schema=False)
async def add_device_form(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show notices in this browser, for as long as it is signed in."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    wanted = Wanted(
        address=given_address(await request.form()),
        language=current_language(),
        name=browser_of(request).name,
        signed_in_id=visitor.browser_id,
    )
    await notify_here(driver.driver_id, wanted, operator_id=driver.operator_id, desk=pages.desk)
    return visitor.remembered(Response(b"", status_code=DONE), pages)


@post("/me/{slug:str}/notices/devices/{device_id:uuid}/remove", include_in_schema=False)
async def remove_device_form(
    request: AnyRequest,
    slug: FromPath[str],
    device_id: FromPath[UUID],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Show no notices on a device any more."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    await notify_no_more(
        driver.driver_id, device_id, operator_id=driver.operator_id, desk=pages.desk
    )
    return visitor.remembered(_back(visitor), pages)


def _back(visitor: Visitor) -> Response[bytes]:
    return see_other(f"/me/{visitor.operator.slug}/notices")


async def _answer(
    request: AnyRequest, visitor: Visitor, driver: Driver, pages: Pages
) -> Response[bytes]:
    own = await notices_of(driver.driver_id, operator_id=driver.operator_id, desk=pages.desk)
    frame = await frame_of(request, visitor, pages)
    key = pages.desk.push_keys.public
    page = NoticesPage(frame, own, key, visitor.browser_id)
    return private_page(request, render_notices(page), pages.config)
