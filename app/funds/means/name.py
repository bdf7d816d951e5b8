"""Give a kept means a name of the driver's own."""

from dataclasses import replace
from uuid import UUID

from app.funds.means import store
from app.funds.means.errors import MeansNameInvalid
from app.funds.means.model import LONGEST_NAME, KeptMeans
from app.funds.means.read import lock_means
from app.infra.database import Database, Work


async def name_means(
    means_id: UUID, name: str, *, driver_id: UUID, operator_id: UUID, database: Database
) -> None:
    """Call a means *name*; "" takes the name away. Raises MeansNotFound, MeansNameInvalid."""
    async with database.work(operator_id) as work:
        await call_means(work, await lock_means(work, means_id, driver_id), name)


async def call_means(work: Work, means: KeptMeans, name: str) -> KeptMeans:
    """Step: call a locked *means* something, "" takes its name away. Raises MeansNameInvalid."""
    wanted = " ".join(name.split())
    if len(wanted) > LONGEST_NAME or not (wanted == "" or wanted.isprintable()):
        raise MeansNameInvalid(f"a name has at most {LONGEST_NAME} letters", field="name")
    named = replace(means, name=wanted)
    await store.save(work, named)
    return named
