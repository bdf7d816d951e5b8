"""Read the calls that were made to a charge point."""

from collections.abc import Sequence
from uuid import UUID

from app.charging.chargers.calls import store
from app.charging.chargers.calls.model import Call
from app.infra.database import Work


async def list_calls(
    work: Work, identity: str, *, before: UUID | None, most: int
) -> Sequence[Call]:
    """Return the calls made before the one called *before*, the latest first. A step."""
    return await store.of_station(work, identity, before=before, most=most)
