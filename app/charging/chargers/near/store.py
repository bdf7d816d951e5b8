"""Free EVSEs around a place, from the database: asked for with every page of an occupied one."""

from decimal import Decimal
from typing import Final

from sqlalchemy import Integer, Numeric, Text, Uuid, any_, bindparam, column, text
from sqlalchemy.dialects.postgresql import ARRAY

from app.charging.chargers.model import OUT_OF_USE, Evse, EvseStatus, Location
from app.charging.chargers.stations.store import LEASE
from app.charging.chargers.store import EVSE, evse_of, evses
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime

# Metres, looked at one after the other: most often the next street has one, and what is farther
# away than the last is no help to a driver.
_AROUND: Final = (2_000, 10_000, 111_000)
_MICRO: Final = 1_000_000
# A metre of a great circle in millionths of a degree, rounded up.
_MICRO_PER_METRE: Final = 9

# Made once, because to make it takes longer than to run it. The box around the place lets the
# index give what may be near; the distance is the haversine on a globe of 6,371 km.
_NEAREST = Ready(
    text(
        """
        SELECT location_id, metres FROM (
            SELECT location_id, round(2 * 6371000 * asin(sqrt(
                pow(sin((radians(y / 1000000.0) - radians(:latitude)) / 2), 2)
                + cos(radians(:latitude)) * cos(radians(y / 1000000.0))
                * pow(sin(radians((x - :x) / 1000000.0) / 2), 2))))::integer AS metres
            FROM place
            WHERE operator_id = :operator AND y BETWEEN :y - :high AND :y + :high
                AND x BETWEEN :x - ceil(:high / greatest(cos(radians(:latitude)), 0.01))::integer
                AND :x + ceil(:high / greatest(cos(radians(:latitude)), 0.01))::integer
                AND EXISTS (
                    SELECT FROM evse JOIN charge_point USING (operator_id, identity)
                    WHERE evse.operator_id = place.operator_id
                        AND evse.location_id = place.location_id
                        AND evse.removed_at IS NULL AND evse.status = :available
                        AND charge_point.connected AND charge_point.last_seen_at > :alive
                        AND charge_point.status <> ALL(:out_of_use))) AS around
        WHERE metres <= :metres ORDER BY metres, location_id LIMIT :most
        """
    )
    .bindparams(
        bindparam("operator", type_=Uuid),
        bindparam("latitude", type_=Numeric),
        *(bindparam(name, type_=Integer) for name in ("x", "y", "high", "metres", "most")),
        bindparam("available", EvseStatus.AVAILABLE, type_=Text),
        bindparam("out_of_use", list(OUT_OF_USE), type_=ARRAY(Text)),
        bindparam("alive", type_=UtcDateTime),
    )
    .columns(column("location_id"), column("metres"))
)
_AT = Ready(
    EVSE.where(
        evses.c.operator_id == bindparam("operator", type_=Uuid),
        evses.c.location_id == any_(bindparam("locations", type_=ARRAY(Text))),
    )
)


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
    asked = {
        "operator": work.operator_id,
        "latitude": location.latitude,
        "x": _micro(location.longitude),
        "y": _micro(location.latitude),
        "high": metres * _MICRO_PER_METRE,
        "metres": metres,
        "most": limit,
        "alive": work.now - LEASE,
    }
    places = {row.location_id: row.metres for row in await work.rows(_NEAREST, asked)}
    if not places:
        return []
    at = {"operator": work.operator_id, "locations": list(places)}
    there = [evse_of(row, work.now) for row in await work.rows(_AT, at)]
    found = [
        (evse, places[evse.location.location_id])
        for evse in there
        if evse.status is EvseStatus.AVAILABLE and evse.connected
    ]
    return sorted(found, key=lambda each: (each[1], each[0].evse_uid))[:limit]


def _micro(degrees: Decimal) -> int:
    return int(degrees * _MICRO)
