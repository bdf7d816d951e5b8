"""Read the sockets elsewhere that drivers can use, and those that they cannot."""

from dataclasses import dataclass
from uuid import UUID

from app.infra.database import Work
from app.roaming.abroad import store
from app.roaming.abroad.model import Point, code_of
from app.roaming.wire.tokens import LocationReferences


@dataclass(frozen=True, slots=True)
class Abroad:
    """A socket of another platform with the *code* by which drivers find it here."""

    point: Point
    code: str


async def points_abroad(work: Work) -> list[Abroad]:
    """Return the sockets of all platforms, by platform, location and uid there. A step."""
    return [Abroad(point, code_of(point.evse_uid)) for point in await store.every_point(work)]


async def usable_points(
    work: Work, platform_id: UUID, place: LocationReferences | None
) -> list[Point]:
    """Return the sockets of a platform that drivers can use: at *place*, or all. A step."""
    if place is None:
        found = await store.points_of(work, platform_id)
    else:
        found = await store.points_at(work, platform_id, place.location_id)
    named = {uid.lower() for uid in (() if place is None else place.evse_uids)}
    return [
        point
        for point in found
        if point.trouble is None and (not named or point.their_uid.lower() in named)
    ]
