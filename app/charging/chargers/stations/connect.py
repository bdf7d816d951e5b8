"""Note that a charge point opened its connection."""

from app.charging.chargers.events import ChargePointConnected
from app.charging.chargers.stations import store
from app.charging.chargers.stations.model import ChargePoint
from app.infra.database import Database


async def charge_point_connected(
    charge_point: ChargePoint, protocol: str, *, database: Database
) -> str:
    """
    Mark *charge_point* as connected and return the connection's name.

    The name tells `charge_point_disconnected` whether a newer connection took its place.
    """
    async with database.work(charge_point.operator_id) as work:
        connection = work.ids.token()
        await store.connect(work, charge_point.identity, protocol=protocol, connection=connection)
        await work.emit(ChargePointConnected(charge_point.identity))
    return connection
