"""Note that a charge point's connection is gone."""

from app.charging.chargers.events import ChargePointDisconnected
from app.charging.chargers.stations import store
from app.charging.chargers.stations.model import ChargePoint
from app.infra.database import Database


async def charge_point_disconnected(
    charge_point: ChargePoint, connection: str, *, database: Database
) -> None:
    """Mark *charge_point* as offline, unless a connection newer than *connection* serves it."""
    async with database.work(charge_point.operator_id) as work:
        if await store.disconnect(work, charge_point.identity, connection=connection):
            await work.emit(ChargePointDisconnected(charge_point.identity))
