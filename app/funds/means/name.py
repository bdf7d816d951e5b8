"""Give a kept means a name of the driver's own."""

from dataclasses import replace
from uuid import UUID

from app.funds.means import store
from app.funds.means.errors import MeansNameInvalid
from app.funds.means.model import LONGEST_NAME
from app.funds.means.read import lock_means
from app.infra.database import Database


async def name_means(
    means_id: UUID, name: str, *, driver_id: UUID, operator_id: UUID, database: Database
) -> None:
    """Call a means *name*; "" takes the name away. Raises MeansNotFound, MeansNameInvalid."""
    wanted = " ".join(name.split())
    if len(wanted) > LONGEST_NAME or not (wanted == "" or wanted.isprintable()):
        raise MeansNameInvalid(f"a name has at most {LONGEST_NAME} letters", field="name")
    async with database.work(operator_id) as work:
        means = await lock_means(work, means_id, driver_id)
        await store.save(work, replace(means, name=wanted))
