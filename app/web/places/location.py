"""The page of a location, which shows by itself what becomes free."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.directpay.favourites.mine import Mine, mine_at
from app.directpay.places.find import find_place
from app.directpay.places.views import PlaceView
from app.web.answers import private_page
from app.web.drawing.places.location import LocationPage, render_location
from app.web.drivers.account import Visitor, visitor_at
from app.web.drivers.frame import frame_of
from app.web.language import keep_language
from app.web.pages import Pages
from app.web.request import AnyRequest
from app.web.words.payment import device_of


@get("/app/{slug:str}/locations/{location_id:str}", include_in_schema=False)
async def location_page(
    request: AnyRequest,
    slug: FromPath[str],
    location_id: FromPath[str],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Show a location as it is now. Raises OperatorNotFound, LocationNotFound."""
    visitor = await visitor_at(request, slug, pages)
    place = await find_place(
        location_id,
        operator_id=visitor.operator.operator_id,
        groups=visitor.groups,
        desk=pages.desk,
    )
    frame = await frame_of(request, visitor, pages)
    device = device_of(request.headers.get("user-agent", ""))
    page = render_location(LocationPage(frame, place, device, await _mine(visitor, place, pages)))
    answer = private_page(request, page, pages.config)
    keep_language(request, answer, pages.config)
    return visitor.remembered(answer, pages)


async def _mine(visitor: Visitor, place: PlaceView, pages: Pages) -> Mine | None:
    driver = visitor.driver
    if driver is None:
        return None
    return await mine_at(
        driver.driver_id,
        place.location_id,
        operator_id=driver.operator_id,
        database=pages.desk.database,
    )
