"""Steps that find what a driver keeps."""

from uuid import UUID

from app.funds.means import store
from app.funds.means.errors import MeansNotFound
from app.funds.means.model import KeptMeans
from app.infra.database import Work


async def means_of(work: Work, driver_id: UUID) -> list[KeptMeans]:
    """Step: return what a driver keeps now, the newest first."""
    return await store.of_driver(work, driver_id)


async def find_means(work: Work, means_id: UUID) -> KeptMeans | None:
    """Step: return a means, kept or not any more, or None."""
    return await store.find(work, means_id)


async def lock_means(work: Work, means_id: UUID, driver_id: UUID) -> KeptMeans:
    """Step: return a means that a driver keeps now, locked. Raises MeansNotFound."""
    found = await store.lock(work, means_id)
    if found is None or found.driver_id != driver_id or not found.is_kept:
        raise MeansNotFound("the driver keeps no such means", means_id=means_id)
    return found
