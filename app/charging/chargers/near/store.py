"""Free EVSEs around a place, from the database."""

from typing import Final

from app.charging.chargers.model import Evse, EvseStatus, Location
from app.charging.chargers.places.model import Near, Sought
from app.charging.chargers.places.search.store import page_of
from app.charging.chargers.store import evses_among
from app.infra.database import Work

# Metres, looked at one after the other: most often the next street has one, and what is farther
# away than the last is no help to a driver.
_AROUND: Final = (2_000, 10_000, 111_000)


async def free_evses_near(work: Work, location: Location, limit: int) -> list[tuple[Evse, int]]:
    """Return free, reachable EVSEs by great-circle distance in metres; the nearest first."""
    found: list[tuple[Evse, int]] = []
    for metres in _AROUND:
        found = await _free_within(work, location, metres, limit)
        if len(found) == limit:
            break
    return found


async def _free_within(
    work: Work, location: Location, metres: int, limit: int
) -> list[tuple[Evse, int]]:
    near = Near(location.latitude, location.longitude, metres)
    places = dict(await page_of(work, Sought(near=near, available=True), None, limit))
    if not places:
        return []
    found = [
        (evse, places[evse.location.location_id] or 0)
        for evse in await evses_among(work, list(places), [])
        if evse.status is EvseStatus.AVAILABLE and evse.connected
    ]
    return sorted(found, key=lambda each: (each[1], each[0].evse_uid))[:limit]
