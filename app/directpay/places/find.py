"""Find locations: a page of a list, one of them, and the clusters of a map."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.charging.chargers.errors import LocationNotFound, UnknownCode
from app.charging.chargers.find_evse import find_evse
from app.charging.chargers.model import Evse
from app.charging.chargers.places.model import After, Area, Cluster, Found, Sought
from app.charging.chargers.places.read import clusters, page_of_places, place_of
from app.directpay.desk import Desk
from app.directpay.places.model import Wanted
from app.directpay.places.price import prices_at
from app.directpay.places.shelf import MapAsked
from app.directpay.places.show import place_view
from app.directpay.places.views import ClusterView, PlaceEvseView, PlacePage, PlaceView
from app.infra.database import Work
from app.people.identity.model import Operator
from app.people.identity.read import get_operator
from app.pricing.tariffs.choice.model import Group

_NOBODY: Final = frozenset[Group]()
# How often a list looks on for what is cheap enough before it answers a shorter page.
_MOST_LOOKS: Final = 10


async def find_places(
    wanted: Wanted, *, operator_id: UUID, groups: frozenset[Group] = _NOBODY, desk: Desk
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
            seen = await _priced(work, page.found, groups)
            places += [place for place in seen if _is_cheap(place, wanted)]
            more = page.more
            if more is None or len(places) >= wanted.limit:
                break
    if len(places) > wanted.limit:
        last = places[wanted.limit - 1]
        return PlacePage(tuple(places[: wanted.limit]), After(last.location_id, last.metres))
    return PlacePage(tuple(places), more)


async def find_place(
    location_id: str, *, operator_id: UUID, groups: frozenset[Group] = _NOBODY, desk: Desk
) -> PlaceView:
    """Return one of the operator's locations as it is now. Raises LocationNotFound."""
    async with desk.database.work(operator_id) as work:
        place = await place_of(work, location_id)
        if place is None:
            raise LocationNotFound("the operator has no such location", location_id=location_id)
        (view,) = await _priced(work, [Found(place, None)], groups)
    return view


async def operator_at(code: str, *, desk: Desk) -> tuple[Operator, Evse]:
    """Return whose a charging point is, and itself, by code or EVSE id. Raises UnknownCode."""
    operator_id, evse = await find_evse(code, database=desk.database)
    async with desk.database.work(operator_id) as work:
        return await get_operator(work), evse


async def find_evse_place(
    evse: Evse, *, groups: frozenset[Group] = _NOBODY, desk: Desk
) -> tuple[PlaceView, PlaceEvseView]:
    """Return where *evse* is, and itself as it is now. Raises UnknownCode, LocationNotFound."""
    location_id = evse.location.location_id
    place = await find_place(location_id, operator_id=evse.operator_id, groups=groups, desk=desk)
    for each in place.evses:
        if each.evse_uid == evse.evse_uid:
            return place, each
    raise UnknownCode("the charging point was taken away", code=evse.code)


async def find_clusters(
    area: Area, zoom: int, sought: Sought, *, operator_id: UUID, desk: Desk
) -> tuple[ClusterView, ...]:
    """
    Return the operator's locations in *area* and around it, put together as *zoom* shows them.

    Of what is *sought* only the text, the power, the connectors and whether it is free now count.
    """

    async def look(asked: MapAsked) -> Sequence[Cluster]:
        async with desk.database.work(asked.operator_id) as work:
            return await clusters(work, asked.area, asked.zoom, asked.sought)

    found = await desk.maps.clusters(MapAsked(operator_id, area, zoom, sought), look)
    return tuple(
        ClusterView(each.latitude, each.longitude, each.locations, each.evses, each.location_id)
        for each in found
    )


async def _priced(work: Work, found: Sequence[Found], groups: frozenset[Group]) -> list[PlaceView]:
    prices = await prices_at(work, [each.place for each in found], groups)
    return [place_view(each, prices) for each in found]


def _is_cheap(place: PlaceView, wanted: Wanted) -> bool:
    if wanted.max_price_kwh is None:
        return True
    return any(
        each.price is not None and each.price.per_kwh <= wanted.max_price_kwh
        for each in place.evses
    )
