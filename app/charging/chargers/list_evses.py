"""List the charging points of this installation."""

from app.charging.chargers import store
from app.charging.chargers.model import Evse
from app.infra.database import EVERY_OPERATOR, Database


async def list_evses(*, database: Database) -> list[Evse]:
    """Return the EVSEs in use of all operators, by operator, location and uid."""
    async with database.work(EVERY_OPERATOR) as work:
        return await store.every_evse(work)
