"""Keep places, and look at those that are kept."""

from uuid import UUID

from app.charging.chargers.errors import LocationNotFound
from app.charging.chargers.places.model import Found
from app.charging.chargers.places.read import place_of, places_named
from app.directpay.desk import Desk
from app.directpay.favourites import store
from app.directpay.favourites.errors import ListFull
from app.directpay.favourites.model import MOST_FAVOURITES
from app.directpay.places.price import prices_at
from app.directpay.places.show import place_view
from app.directpay.places.views import PlaceView
from app.infra.database import Database
from app.pricing.tariffs.choice.model import Group


async def favourites(
    driver_id: UUID, groups: frozenset[Group], *, operator_id: UUID, desk: Desk
) -> tuple[PlaceView, ...]:
    """Return the places that a driver keeps, as they are now, those that are there no more not."""
    async with desk.database.work(operator_id) as work:
        names = await store.favourites_of(work, driver_id)
        known = await places_named(work, names)
        prices = await prices_at(work, known.values(), groups)
    return tuple(place_view(Found(known[name], None), prices) for name in names if name in known)


async def add_favourite(
    driver_id: UUID, location_id: str, *, operator_id: UUID, database: Database
) -> None:
    """Keep a place. Twice is as once. Raises LocationNotFound, ListFull."""
    async with database.work(operator_id) as work:
        await store.lock(work, driver_id)
        if await place_of(work, location_id) is None:
            raise LocationNotFound("the operator has no such location", location_id=location_id)
        kept = await store.favourites_of(work, driver_id)
        if location_id not in kept and len(kept) >= MOST_FAVOURITES:
            raise ListFull(f"no more than {MOST_FAVOURITES} places", limit=MOST_FAVOURITES)
        await store.add_favourite(work, driver_id, location_id)


async def remove_favourite(
    driver_id: UUID, location_id: str, *, operator_id: UUID, database: Database
) -> None:
    """Keep a place no more. Twice is as once."""
    async with database.work(operator_id) as work:
        await store.remove_favourite(work, driver_id, location_id)
