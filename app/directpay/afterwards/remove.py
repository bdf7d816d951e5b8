"""Let a driver keep a means no longer."""

from uuid import UUID

from app.directpay.afterwards import store
from app.directpay.afterwards.errors import MeansInUse
from app.directpay.afterwards.model import PromiseState
from app.funds.means.model import Removal
from app.funds.means.read import lock_means
from app.funds.means.remove import end_means
from app.infra.database import Database


async def remove_means(
    means_id: UUID, *, driver_id: UUID, operator_id: UUID, database: Database
) -> None:
    """
    Keep a means no longer; a job has the provider forget it.

    What is owed stays owed, and is not charged by itself any more. Raises MeansNotFound, and
    MeansInUse while a session is still to be charged to it.
    """
    async with database.work(operator_id) as work:
        means = await lock_means(work, means_id, driver_id)
        promise = await store.open_of(work, driver_id)
        is_its = promise is not None and promise.means_id == means_id
        if promise is not None and is_its and promise.state is not PromiseState.OWED:
            raise MeansInUse("a session is still to be paid with it", means_id=means_id)
        await end_means(work, means, Removal.DRIVER)
