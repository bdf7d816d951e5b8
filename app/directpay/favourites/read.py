"""What is known of a driver's places, and forgetting it: steps."""

from uuid import UUID

from app.directpay.favourites import store
from app.directpay.favourites.model import Watch
from app.infra.database import Work


async def places_of(work: Work, driver_id: UUID) -> tuple[tuple[str, ...], tuple[Watch, ...]]:
    """Return the ids of the locations that a driver keeps, and what the driver waits for."""
    kept = await store.favourites_of(work, driver_id)
    return tuple(kept), tuple(await store.watches_of(work, driver_id))


async def forget_places(work: Work, driver_id: UUID) -> None:
    """Forget which places a driver keeps and waits for."""
    await store.forget_driver(work, driver_id)
