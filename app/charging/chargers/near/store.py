"""Free EVSEs around a place, from the database."""

from sqlalchemy import ColumnElement, Integer, Numeric, cast, func

from app.charging.chargers.model import OUT_OF_USE, Evse, EvseStatus, Location
from app.charging.chargers.stations.store import LEASE, charge_points
from app.charging.chargers.store import EVSE, evse_of, evses, locations
from app.infra.database import Work

# One degree of latitude is 111 km; further away is no help to a driver.
_NEARBY_DEGREES = 1
_EARTH_METRES = 6_371_000


async def free_evses_near(work: Work, location: Location, limit: int) -> list[tuple[Evse, int]]:
    """Return free, reachable EVSEs by great-circle distance in metres; the nearest first."""
    metres = _metres_from(location)
    query = EVSE.add_columns(metres.label("metres")).where(
        evses.c.operator_id == work.operator_id,
        evses.c.status == EvseStatus.AVAILABLE,
        charge_points.c.status.not_in(OUT_OF_USE),
        charge_points.c.connected,
        charge_points.c.last_seen_at > work.now - LEASE,
        locations.c.latitude.between(
            location.latitude - _NEARBY_DEGREES, location.latitude + _NEARBY_DEGREES
        ),
    )
    found = await work.execute(query.order_by(metres, evses.c.evse_uid).limit(limit))
    return [(evse_of(row, work.now), row.metres) for row in found]


def _metres_from(location: Location) -> ColumnElement[int]:
    # Haversine: exact enough for a walk, and no geometry extension is needed.
    here = func.radians(cast(location.latitude, Numeric))
    there = func.radians(locations.c.latitude)
    width = func.radians(locations.c.longitude - cast(location.longitude, Numeric))
    half = func.pow(func.sin((there - here) / 2), 2) + func.cos(here) * func.cos(there) * func.pow(
        func.sin(width / 2), 2
    )
    return cast(func.round(2 * _EARTH_METRES * func.asin(func.sqrt(half))), Integer)
