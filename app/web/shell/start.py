"""The page on which the app begins, the bar of running sessions, and the page without a network."""

from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.directpay.favourites.keep import favourites
from app.directpay.owned.history import history
from app.directpay.owned.model import OwnSession, Wanted
from app.directpay.places.views import PlaceView
from app.web.answers import private_page, private_part
from app.web.drawing.app.frame import Frame, render_running
from app.web.drawing.app.start_page import StartPage, render_offline, render_start
from app.web.drivers.account import Visitor, visitor_at
from app.web.drivers.frame import frame_of
from app.web.language import keep_language
from app.web.pages import Pages
from app.web.request import AnyRequest

_LATEST: Final = 3


@get("/app/{slug:str}", include_in_schema=False)
async def start_page(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show where the app begins: for a driver who is signed in with the latest sessions."""
    visitor = await visitor_at(request, slug, pages)
    frame = await frame_of(request, visitor, pages)
    sessions, places = await _latest(visitor, pages), await _kept(visitor, pages)
    page = StartPage(frame, sessions, visitor.driver is not None, places)
    answer = private_page(request, render_start(page), pages.config)
    keep_language(request, answer, pages.config)
    return visitor.remembered(answer, pages)


@get("/app/{slug:str}/running", include_in_schema=False)
async def running_part(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Return the bar of running sessions as it is now."""
    visitor = await visitor_at(request, slug, pages)
    frame = await frame_of(request, visitor, pages)
    return visitor.remembered(private_part(render_running(frame)), pages)


@get("/app/{slug:str}/offline", include_in_schema=False)
async def offline_page(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Return the page that the service worker shows without a network: nothing of anybody's."""
    visitor = await visitor_at(request, slug, pages)
    return private_page(request, render_offline(Frame(visitor.operator)), pages.config)


async def _latest(visitor: Visitor, pages: Pages) -> tuple[OwnSession, ...]:
    driver = visitor.driver
    if driver is None:
        return ()
    wanted = Wanted(_LATEST)
    found = await history(driver.driver_id, wanted, operator_id=driver.operator_id, desk=pages.desk)
    return found.sessions


async def _kept(visitor: Visitor, pages: Pages) -> tuple[PlaceView, ...]:
    driver = visitor.driver
    if driver is None:
        return ()
    return await favourites(
        driver.driver_id, visitor.groups, operator_id=driver.operator_id, desk=pages.desk
    )
