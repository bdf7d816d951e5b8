"""Look for locations inside another's transaction."""

from collections.abc import Collection, Sequence

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
    # One whose last EVSE was just taken away may be in the index still.
    known = await places_named(work, [name for name, _ in shown])
    places = (Found(known[name], metres) for name, metres in shown if name in known)
    more = After(*shown[-1]) if len(found) > limit else None
    return Page(tuple(places), more)


async def places_named(work: Work, location_ids: Collection[str]) -> dict[str, PublicLocation]:
    """Return these of the operator's locations, those that have EVSEs in use, by id. A step."""
    # PostgreSQL's texts hold no NUL, so no id does; asking for one would be an error of its own.
    asked = [location_id for location_id in location_ids if "\0" not in location_id]
    named = await locations_named(work, asked)
    return {each.location.location_id: each for each in named if each.evses}


async def place_of(work: Work, location_id: str) -> PublicLocation | None:
    """Return one of the operator's locations that has EVSEs in use, or None. A step."""
    return (await places_named(work, [location_id])).get(location_id)


async def clusters(
    work: Work, area: Area, zoom: int, sought: Sought, only: Collection[str] | None = None
) -> Sequence[Cluster]:
    """
    Return how many locations are where in *area* and around it, by cells that *zoom* shows. A step.

    Of what is *sought* only the text, the power, the connectors and whether it is free now count;
    with *only*, those locations alone. What was changed in the last seconds may not be counted yet.
    """
    return await store.clusters_of(work, area, zoom, sought, only)
