"""Read the sockets elsewhere that drivers can use, and those that they cannot."""

from dataclasses import dataclass

from app.infra.database import Work
from app.roaming.abroad import store
from app.roaming.abroad.model import Point, code_of


@dataclass(frozen=True, slots=True)
class Abroad:
    """A socket of another platform with the *code* by which drivers find it here."""

    point: Point
    code: str


async def points_abroad(work: Work) -> list[Abroad]:
    """Return the sockets of all platforms, by platform, location and uid there. A step."""
    return [Abroad(point, code_of(point.evse_uid)) for point in await store.every_point(work)]
