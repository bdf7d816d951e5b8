"""Look for locations, look at one, and see where they are on a map."""

from decimal import Decimal
from typing import Annotated, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from app.api.answers import NOT_MODIFIED, Made, answer, shared
from app.api.bodies import IfNoneMatch
from app.api.counter import AnyRequest, Counter
from app.api.drivers.caller import DRIVER_OR_NOBODY
from app.api.errors import InvalidRequest
from app.api.lists.cursors import clean
from app.api.places.bodies import (
    Clusters,
    EvseAtPlace,
    EvseName,
    LocationId,
    Locations,
    MostPrice,
    OperatorName,
    PlaceCursor,
    Zoom,
)
from app.api.places.examples import CLUSTERS, EVSE, LOCATION, LOCATIONS
from app.api.places.looking import SOUGHT, groups_at, operator_called, place_after, place_cursor
from app.api.problems import declared
from app.charging.chargers.errors import LocationNotFound, UnknownCode
from app.charging.chargers.places.model import Sought
from app.directpay.places.errors import AreaTooLarge
from app.directpay.places.find import (
    find_clusters,
    find_evse_place,
    find_place,
    find_places,
    operator_at,
)
from app.directpay.places.model import Wanted
from app.directpay.places.shelf import MapAsked
from app.directpay.places.views import PlaceView
from app.people.identity.drivers.errors import DriverNotFound, NotSignedIn
from app.people.identity.errors import OperatorNotFound

_DEFAULT_ROWS: Final = 50
Rows = Annotated[int, QueryParameter(ge=1, le=100, description="How many at most.")]
# How long a map and a list may be kept: what is free now changes by the minute.
SECONDS: Final = 30
_REFUSALS = (OperatorNotFound, NotSignedIn, DriverNotFound)


@get(
    "/locations",
    operation_id="listLocations",
    summary="Look for locations",
    description="The operator's locations with their charging points, what is free now and what "
    "it costs: by words, around a point (the nearest first) or in a box, with as much power, with "
    "such a connector, free now, or for so much a kWh. All that is said has to hold; one charging "
    "point has to have the power and the connector and be free. With a driver's access token the "
    "prices are the driver's. A page can be short and have others behind it.",
    tags=["Locations"],
    security=DRIVER_OR_NOBODY,
    dependencies=SOUGHT,
    responses={
        200: answer(Locations, "A page of locations", LOCATIONS),
        **NOT_MODIFIED,
        **declared(*_REFUSALS),
    },
)
async def list_locations(  # noqa: PLR0913, PLR0917 - a parameter each of the query
    request: AnyRequest,
    operator: OperatorName,
    sought: NamedDependency[Sought],
    counter: NamedDependency[Counter],
    max_price_kwh: MostPrice = None,
    cursor: PlaceCursor = None,
    limit: Rows = _DEFAULT_ROWS,
    if_none_match: IfNoneMatch = None,
) -> Response[bytes]:
    """Answer a page of locations."""
    desk = counter.desk
    operator_id = await operator_called(operator, counter)
    most = None if max_price_kwh is None else Decimal(max_price_kwh)
    wanted = Wanted(sought, limit, place_after(cursor, sought), most)
    groups = await groups_at(request, operator_id, counter)

    async def find() -> Locations:
        page = await find_places(wanted, operator_id=operator_id, groups=groups, desk=desk)
        return Locations(page.places, place_cursor(page.more))

    made = await counter.shelf.get((operator_id, groups, wanted), find)
    return shared(made, if_none_match, SECONDS)


@get(
    "/locations/{location_id:str}",
    operation_id="getLocation",
    summary="One location",
    description="A location with each of its charging points as it is now.",
    tags=["Locations"],
    security=DRIVER_OR_NOBODY,
    responses={
        200: answer(PlaceView, "The location", LOCATION),
        **NOT_MODIFIED,
        **declared(*_REFUSALS, LocationNotFound),
    },
)
async def get_location(
    request: AnyRequest,
    location_id: LocationId,
    operator: OperatorName,
    counter: NamedDependency[Counter],
    if_none_match: IfNoneMatch = None,
) -> Response[bytes]:
    """Answer one location."""
    desk = counter.desk
    operator_id = await operator_called(operator, counter)
    groups = await groups_at(request, operator_id, counter)
    name = clean(location_id)

    async def find() -> PlaceView:
        return await find_place(name, operator_id=operator_id, groups=groups, desk=desk)

    made = await counter.shelf.get((operator_id, groups, name), find)
    return shared(made, if_none_match, SECONDS)


@get(
    "/evses/{evse:str}",
    operation_id="getEvse",
    summary="One charging point",
    description="A charging point by its code or its EVSE id, whoever's it is, as it is in the "
    "list: with its state and its price of now. What is needed to pay is in `getCode`.",
    tags=["Locations"],
    security=DRIVER_OR_NOBODY,
    responses={
        200: answer(EvseAtPlace, "The charging point", EVSE),
        **NOT_MODIFIED,
        **declared(NotSignedIn, DriverNotFound, UnknownCode),
    },
)
async def get_evse(
    request: AnyRequest,
    evse: EvseName,
    counter: NamedDependency[Counter],
    if_none_match: IfNoneMatch = None,
) -> Response[bytes]:
    """Answer one charging point."""
    desk = counter.desk
    operator, known = await operator_at(evse, desk=desk)
    groups = await groups_at(request, operator.operator_id, counter)
    place, found = await find_evse_place(known, groups=groups, desk=desk)
    view = EvseAtPlace(operator.slug, place.location_id, place.name, found)
    return shared(Made.of(view), if_none_match, SECONDS)


@get(
    "/map/clusters",
    operation_id="listClusters",
    summary="What a map shows",
    description="The operator's locations in a box, put together where they lie close at this "
    "zoom; from zoom 15 on each stands for itself. It counts what fits as `listLocations` does, "
    "at the price for everybody. Far out, and by price, changes are counted half a minute later; "
    "a box with very many locations is too large to be looked through by price.",
    tags=["Locations"],
    security=[{}],
    dependencies=SOUGHT,
    responses={
        200: answer(Clusters, "Clusters", CLUSTERS),
        **NOT_MODIFIED,
        **declared(OperatorNotFound, AreaTooLarge),
    },
)
async def list_clusters(  # noqa: PLR0913, PLR0917 - a parameter each of the query
    operator: OperatorName,
    zoom: Zoom,
    sought: NamedDependency[Sought],
    counter: NamedDependency[Counter],
    max_price_kwh: MostPrice = None,
    if_none_match: IfNoneMatch = None,
) -> Response[bytes]:
    """Answer the clusters of a map."""
    if sought.area is None:
        raise InvalidRequest("it is missing", field="bbox")
    desk = counter.desk
    operator_id = await operator_called(operator, counter)
    price = None if max_price_kwh is None else Decimal(max_price_kwh)
    asked = MapAsked(operator_id, sought.area, zoom, sought, price)

    async def find() -> Clusters:
        return Clusters(await find_clusters(asked, desk=desk))

    made = await counter.shelf.get(asked, find)
    return shared(made, if_none_match, SECONDS)
