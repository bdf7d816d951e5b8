"""Forget connections that died with their process."""

from app.charging.chargers.stations import store
from app.infra.database import EVERY_OPERATOR, Database


async def forget_connections(*, database: Database) -> None:
    """
    Mark every charge point as offline: for the start of the only process with connections.

    Where several processes hold connections the lease of each does this by itself.
    """
    async with database.work(EVERY_OPERATOR) as work:
        await store.disconnect_all(work)
