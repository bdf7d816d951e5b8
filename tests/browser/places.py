"""The gallery's pages of the app's map, of a location, and of the camera."""

from decimal import Decimal
from uuid import UUID

import msgspec
from litestar import Response, get

from app.charging.chargers.places.model import After
from app.directpay.favourites.mine import Mine
from app.directpay.places.views import (
    ClusterView,
    PlaceEvseView,
    PlacePage,
    PlacePriceView,
    PlaceView,
    PlugView,
)
from app.directpay.scanned.read import ForeignCode
from app.directpay.views import PointState
from app.web.answers import private_page
from app.web.config import WebConfig
from app.web.drawing.app.frame import Frame
from app.web.drawing.look import Look
from app.web.drawing.places.camera import CameraPage, render_camera
from app.web.drawing.places.location import LocationPage, render_location
from app.web.drawing.places.map import MapPage, render_map
from app.web.places.asking import asked_for
from app.web.places.map_page import map_sources
from app.web.places.points import extent_of, points
from app.web.request import AnyRequest
from app.web.words.payment import Device
from tests.browser.samples import component
from tests.scenarios.world import operator_of_the_world

CONFIG = WebConfig(base_url="http://127.0.0.1", checkout_origins=("https://www.mollie.com",))
FRAME = Frame(operator_of_the_world())
AC = PlugView("IEC_62196_T2", "AC_3_PHASE", cable_attached=False, max_power_kw=Decimal(22))
DC = PlugView("IEC_62196_T2_COMBO", "DC", cable_attached=True, max_power_kw=Decimal(150))
PRICE = PlacePriceView(
    tariff_id="ac",
    tariff_version=1,
    currency="EUR",
    vat_rate=Decimal(21),
    components=(
        component("kwh", "ENERGY", "0.49"),
        component("minute", "PARKING_TIME", "0.05", from_minute=240),
    ),
)


def evse(number: int, state: PointState, plug: PlugView = AC) -> PlaceEvseView:
    """Return a charging point."""
    return PlaceEvseView(
        evse_uid=f"evse-{number}",
        code=f"7KQ2M{number}",
        evse_id=f"NL*VLT*E0042*{number}",
        physical_reference=str(number),
        state=state,
        max_power_kw=plug.max_power_kw,
        plugs=(plug,),
        price=PRICE,
    )


KADE = PlaceView(
    location_id="kade",
    name="Kade",
    address="Wijnhaven 3",
    postal_code="3011 WH",
    city="Rotterdam",
    country="NL",
    latitude=Decimal("51.9190"),
    longitude=Decimal("4.4890"),
    time_zone="Europe/Amsterdam",
    metres=340,
    free=1,
    max_power_kw=Decimal(150),
    from_price=PRICE,
    evses=(
        evse(1, PointState.FREE),
        evse(2, PointState.OCCUPIED),
        evse(3, PointState.PLUGGED, DC),
        evse(4, PointState.OUT_OF_ORDER, DC),
    ),
)
LONG = msgspec.structs.replace(
    KADE,
    location_id="long",
    name="Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch Schnellladepark",
    address="Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzstraße 117a",
    city="Berlin",
    latitude=Decimal("52.52"),
    longitude=Decimal("13.40"),
    metres=18400,
    free=0,
    from_price=None,
)
FOUND = PlacePage((KADE, LONG), After("long", 18400))
CLUSTERS = (
    ClusterView(KADE.latitude, KADE.longitude, 1, 4, "kade"),
    ClusterView(Decimal("52.52"), Decimal("13.40"), 12, 40, None),
)
CAMERA = {
    "camera": CameraPage(FRAME),
    "camera-foreign": CameraPage(FRAME, "https://evil.test/c/1", ForeignCode("not ours")),
}
MAPS = {
    "map": MapPage(FRAME, asked_for({}).fields, FOUND, extent_of(CLUSTERS)),
    "map-nothing": MapPage(
        FRAME, asked_for({"q": "Nowhere", "power": "150", "free": "1"}).fields, PlacePage(())
    ),
}
LOCATIONS = {
    "location": LocationPage(FRAME, KADE, Device.ANDROID),
    "location-kept": LocationPage(FRAME, LONG, Device.OTHER, Mine(kept=True)),
    "location-awaited": LocationPage(FRAME, LONG, Device.OTHER, Mine(watch=UUID(int=1))),
}
NAMES = (*CAMERA, *MAPS, *LOCATIONS)


def place_picture(name: str) -> tuple[str, Look]:
    """Return the page *name* in the current language, and its look."""
    if name in LOCATIONS:
        return render_location(LOCATIONS[name])
    if name in MAPS:
        return render_map(MAPS[name])
    return render_camera(CAMERA[name])


def place_drawn(view: PlaceView | PlacePage) -> tuple[str, Look]:
    """Return the page that shows *view*, asked for by its own first name."""
    if isinstance(view, PlaceView):
        return render_location(LocationPage(FRAME, view, Device.ANDROID))
    return render_map(MapPage(FRAME, asked_for({"q": view.places[0].name}).fields, view))


@get("/app/voltstraat/map")
async def sample_map(request: AnyRequest) -> Response[bytes]:
    """Answer what the form asks for: everything, or what bears the name."""
    asked = asked_for(request.query_params)
    places = [each for each in FOUND.places if asked.sought.text in each.name]
    extent = extent_of(places) if asked.sought.area is None else None
    page = MapPage(FRAME, asked.fields, PlacePage(tuple(places)), extent)
    return private_page(request, render_map(page), CONFIG, more=map_sources(None))


@get("/app/voltstraat/map/points")
async def sample_points() -> Response[bytes]:
    """Answer what the map asks for."""
    return Response(msgspec.json.encode(points(CLUSTERS)), media_type="application/geo+json")


HANDLERS = (sample_map, sample_points)
