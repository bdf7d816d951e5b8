"""Keep places, and wait for one to become free."""

from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from app.api.answers import answer, private
from app.api.counter import AnyRequest, Counter
from app.api.drivers.caller import DRIVER, driver_of, signed_in
from app.api.favourites.bodies import (
    FAVOURITES,
    WATCH,
    WATCH_ORDER,
    WATCHES,
    Favourites,
    Watches,
    WatchOrder,
    WatchView,
    watch_view,
)
from app.api.lists.cursors import clean
from app.api.places.bodies import LocationId
from app.api.problems import declared
from app.charging.chargers.errors import EvseNotFound, LocationNotFound
from app.directpay.favourites import keep, wait
from app.directpay.favourites.errors import FreeAlready, ListFull, WatchNotFound
from app.people.identity.drivers.devices import whoever_calls
from app.people.identity.drivers.errors import DriverNotFound, NotSignedIn
from app.pricing.tariffs.choice.drivers import groups_of

# The keyword arguments of Litestar's decorators, which have a type each.
_OWN: Final[dict[str, Any]] = {"tags": ["Drivers"], "security": DRIVER, "guards": [signed_in]}
_EMPTY: Final = {204: ResponseSpec(None, description="Done")}


@get(
    "/me/favourites",
    operation_id="listFavourites",
    summary="The driver's favourites",
    description="The locations that the driver keeps, as they are now, at the driver's prices. "
    "What was taken away is left out.",
    responses={
        200: answer(Favourites, "Favourites", FAVOURITES),
        **declared(NotSignedIn, DriverNotFound),
    },
    **_OWN,
)
async def list_favourites(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[Favourites]:
    """Answer the driver's favourites."""
    caller, desk = driver_of(request), counter.desk
    groups = groups_of(await whoever_calls(caller, database=desk.database))
    found = await keep.favourites(
        caller.driver_id, groups, operator_id=caller.operator_id, desk=desk
    )
    return private(Favourites(found))


@put(
    "/me/favourites/{location_id:str}",
    operation_id="addFavourite",
    summary="Keep a place",
    description="Adds a location to the driver's favourites. Sending it again changes nothing.",
    status_code=204,
    responses={**_EMPTY, **declared(NotSignedIn, LocationNotFound, ListFull)},
    **_OWN,
)
async def add_favourite(
    request: AnyRequest, location_id: LocationId, counter: NamedDependency[Counter]
) -> None:
    """Keep a place."""
    caller = driver_of(request)
    await keep.add_favourite(
        caller.driver_id,
        clean(location_id),
        operator_id=caller.operator_id,
        database=counter.desk.database,
    )


@delete(
    "/me/favourites/{location_id:str}",
    operation_id="removeFavourite",
    summary="Keep a place no more",
    description="Takes a location off the driver's favourites. Sending it again changes nothing.",
    status_code=204,
    responses={**_EMPTY, **declared(NotSignedIn)},
    **_OWN,
)
async def remove_favourite(
    request: AnyRequest, location_id: LocationId, counter: NamedDependency[Counter]
) -> None:
    """Keep a place no more."""
    caller = driver_of(request)
    await keep.remove_favourite(
        caller.driver_id,
        clean(location_id),
        operator_id=caller.operator_id,
        database=counter.desk.database,
    )


@get(
    "/me/watches",
    operation_id="listWatches",
    summary="What the driver waits for",
    description="What the driver is to be told of when it is free, and was not yet.",
    responses={200: answer(Watches, "All of it", WATCHES), **declared(NotSignedIn)},
    **_OWN,
)
async def list_watches(request: AnyRequest, counter: NamedDependency[Counter]) -> Response[Watches]:
    """Answer what the driver waits for."""
    caller = driver_of(request)
    found = await wait.watches(
        caller.driver_id, operator_id=caller.operator_id, database=counter.desk.database
    )
    return private(Watches(tuple(watch_view(each) for each in found)))


@post(
    "/me/watches",
    operation_id="tellWhenFree",
    summary="Tell me when it is free",
    description="One notice, by push where the driver has it and by mail else, when the charging "
    "point is free, or any of the location; it ends by itself after 24 hours. Sending it again "
    "answers the same. What is free now is answered with `free_already`.",
    status_code=201,
    responses={
        201: answer(WatchView, "The driver will be told", WATCH),
        **declared(NotSignedIn, LocationNotFound, EvseNotFound, FreeAlready, ListFull),
    },
    **_OWN,
)
async def tell_when_free(
    request: AnyRequest,
    data: Annotated[WatchOrder, Body(examples=[Example(summary="A location", value=WATCH_ORDER)])],
    counter: NamedDependency[Counter],
) -> Response[WatchView]:
    """Wait for a place to become free."""
    caller = driver_of(request)
    watch = await wait.wait_for(
        caller.driver_id,
        clean(data.location_id),
        None if data.evse_uid is None else clean(data.evse_uid),
        operator_id=caller.operator_id,
        database=counter.desk.database,
    )
    return private(watch_view(watch))


@delete(
    "/me/watches/{watch_id:uuid}",
    operation_id="waitNoMore",
    summary="Wait no more",
    description="Ends a watch before its notice.",
    status_code=204,
    responses={**_EMPTY, **declared(NotSignedIn, WatchNotFound)},
    **_OWN,
)
async def wait_no_more(
    request: AnyRequest,
    watch_id: Annotated[UUID, PathParameter(description="Which one of the list.")],
    counter: NamedDependency[Counter],
) -> None:
    """End a watch."""
    caller = driver_of(request)
    await wait.wait_no_more(
        caller.driver_id,
        watch_id,
        operator_id=caller.operator_id,
        database=counter.desk.database,
    )


FAVOURITE_ROUTES: Final = (
    list_favourites,
    add_favourite,
    remove_favourite,
    list_watches,
    tell_when_free,
    wait_no_more,
)
