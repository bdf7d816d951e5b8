"""What a driver keeps of a location: it is a favourite, or is waited for."""

from contextlib import suppress
from urllib.parse import quote
from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.directpay.favourites.errors import FreeAlready, WatchNotFound
from app.directpay.favourites.keep import add_favourite, remove_favourite
from app.directpay.favourites.wait import wait_for, wait_no_more
from app.web.answers import see_other
from app.web.drivers.account import Visitor, signed_in, visitor_at
from app.web.pages import Pages
from app.web.request import AnyRequest
from app.web.security import check_same_origin


@post("/app/{slug:str}/locations/{location_id:str}/keep", include_in_schema=False)
async def keep_form(
    request: AnyRequest,
    slug: FromPath[str],
    location_id: FromPath[str],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Keep a location among the favourites, or no more. NotSignedIn, LocationNotFound, ListFull."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    change = add_favourite if (await request.form()).get("keep") == "yes" else remove_favourite
    await change(
        driver.driver_id,
        location_id,
        operator_id=driver.operator_id,
        database=pages.desk.database,
    )
    return _back(visitor, location_id, pages)


@post("/app/{slug:str}/locations/{location_id:str}/wait", include_in_schema=False)
async def wait_form(
    request: AnyRequest,
    slug: FromPath[str],
    location_id: FromPath[str],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Tell the driver when one is free there. Raises NotSignedIn, LocationNotFound, ListFull."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    # When one is free already, the page that comes next says so.
    with suppress(FreeAlready):
        await wait_for(
            driver.driver_id,
            location_id,
            operator_id=driver.operator_id,
            database=pages.desk.database,
        )
    return _back(visitor, location_id, pages)


@post(
    "/app/{slug:str}/locations/{location_id:str}/wait/{watch_id:uuid}/end", include_in_schema=False
)
async def wait_no_more_form(
    request: AnyRequest,
    slug: FromPath[str],
    location_id: FromPath[str],
    watch_id: FromPath[UUID],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Wait no more. Raises NotSignedIn."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    # What has ended by itself is as it was wanted.
    with suppress(WatchNotFound):
        await wait_no_more(
            driver.driver_id,
            watch_id,
            operator_id=driver.operator_id,
            database=pages.desk.database,
        )
    return _back(visitor, location_id, pages)


def _back(visitor: Visitor, location_id: str, pages: Pages) -> Response[bytes]:
    path = f"/app/{visitor.operator.slug}/locations/{quote(location_id, safe='')}"
    return visitor.remembered(see_other(path), pages)
