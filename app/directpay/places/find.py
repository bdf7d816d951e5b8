"""Find locations: a page of a list, one of them, and the clusters of a map."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from app.charging.chargers.errors import LocationNotFound, UnknownCode
from app.charging.chargers.find_evse import find_evse
from app.charging.chargers.model import Evse
from app.charging.chargers.places.model import After, Cluster, Found
from app.charging.chargers.places.read import clusters, page_of_places, place_of
from app.directpay.desk import Desk
from app.directpay.places.model import Wanted
from app.directpay.places.priced import NOBODY, cheap_in_area, is_cheap, priced
from app.directpay.places.shelf import MapAsked
from app.directpay.places.views import ClusterView, PlaceEvseView, PlacePage, PlaceView
from app.people.identity.model import Operator
from app.people.identity.read import get_operator
from app.pricing.tariffs.choice.model import Group

# How often a list looks on for what is cheap enough before it answers a shorter page.
_MOST_LOOKS: Final = 10


async def find_places(
    wanted: Wanted, *, operator_id: UUID, groups: frozenset[Group] = NOBODY, desk: Desk
) -> PlacePage:
    """
    Return a page of the operator's locations, at the prices of a driver of *groups*.

    A page of what is cheap enough can be short and still have others behind it.
    """
    places: list[PlaceView] = []
    more = wanted.after
    async with desk.database.work(operator_id) as work:
        for _ in range(_MOST_LOOKS):
            page = await page_of_places(work, wanted.sought, more, wanted.limit)
            seen = await priced(work, page.found, groups)
            places += [place for place in seen if is_cheap(place, wanted.max_price_kwh)]
            more = page.more
            if more is None or len(places) >= wanted.limit:
                break
    if len(places) > wanted.limit:
        last = places[wanted.limit - 1]
        return PlacePage(tuple(places[: wanted.limit]), After(last.location_id, last.metres))
    return PlacePage(tuple(places), more)


async def find_place(
    location_id: str, *, operator_id: UUID, groups: frozenset[Group] = NOBODY, desk: Desk
) -> PlaceView:
    """Return one of the operator's locations as it is now. Raises LocationNotFound."""
    async with desk.database.work(operator_id) as work:
        place = await place_of(work, location_id)
        if place is None:
            raise LocationNotFound("the operator has no such location", location_id=location_id)
        (view,) = await priced(work, [Found(place, None)], groups)
    return view


async def operator_at(code: str, *, desk: Desk) -> tuple[Operator, Evse]:
    """Return whose a charging point is, and itself, by code or EVSE id. Raises UnknownCode."""
    operator_id, evse = await find_evse(code, database=desk.database)
    async with desk.database.work(operator_id) as work:
        return await get_operator(work), evse


async def find_evse_place(
    evse: Evse, *, groups: frozenset[Group] = NOBODY, desk: Desk
) -> tuple[PlaceView, PlaceEvseView]:
    """Return where *evse* is, and itself as it is now. Raises UnknownCode, LocationNotFound."""
    location_id = evse.location.location_id
    place = await find_place(location_id, operator_id=evse.operator_id, groups=groups, desk=desk)
    for each in place.evses:
        if each.evse_uid == evse.evse_uid:
            return place, each
    raise UnknownCode("the charging point was taken away", code=evse.code)


async def find_clusters(asked: MapAsked, *, desk: Desk) -> tuple[ClusterView, ...]:
    """
    Return the operator's locations in an area and around it, put together as a zoom shows them.

    Of what is sought only the text, the power, the connectors, whether it is free now and the
    price for everybody count. Raises AreaTooLarge where too many have to be priced.
    """

    async def look(asked: MapAsked) -> Sequence[Cluster]:
        async with desk.database.work(asked.operator_id) as work:
            only = None
            if asked.max_price_kwh is not None:
                around = replace(asked.sought, area=asked.area)
                only = await cheap_in_area(work, around, asked.max_price_kwh)
            return await clusters(work, asked.area, asked.zoom, asked.sought, only)

    found = await desk.maps.clusters(asked, look)
    return tuple(
        ClusterView(each.latitude, each.longitude, each.locations, each.evses, each.location_id)
        for each in found
    )
