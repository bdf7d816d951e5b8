"""Look for locations inside another's transaction."""

from collections.abc import Sequence

from app.charging.chargers.places.model import After, Area, Cluster, Found, Page, Sought
from app.charging.chargers.places.search import store
from app.charging.chargers.public.store import PublicLocation, locations_named
from app.infra.database import Work


async def page_of_places(work: Work, sought: Sought, after: After | None, limit: int) -> Page:
    """
    Return locations that are *sought*, with their EVSEs as they are now. A step.

    The nearest first where a point is given, else by id; at most *limit*, those behind *after*.
    """
    found = await store.page_of(work, sought, after, limit + 1)
    shown = found[:limit]
    known = {
        each.location.location_id: each
        for each in await locations_named(work, [name for name, _ in shown])
    }
    # One whose last EVSE was just taken away may be in the index still.
    places = (Found(known[name], metres) for name, metres in shown if name in known)
    more = After(*shown[-1]) if len(found) > limit else None
    return Page(tuple(place for place in places if place.place.evses), more)


async def place_of(work: Work, location_id: str) -> PublicLocation | None:
    """Return one of the operator's locations that has EVSEs in use, or None. A step."""
    found = await locations_named(work, [location_id])
    return found[0] if found and found[0].evses else None


async def clusters(work: Work, area: Area, zoom: int, sought: Sought) -> Sequence[Cluster]:
    """
    Return how many locations are where in *area* and around it, by cells that *zoom* shows. A step.

    Of what is *sought* only the text, the power, the connectors and whether it is free now count.
    Locations that were changed in the last seconds may not be counted yet.
    """
    return await store.clusters_of(work, area, zoom, sought)
