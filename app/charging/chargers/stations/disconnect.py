"""Note that a charge point's connection is gone."""

from app.charging.chargers.stations.comings import Coming, note_comings
from app.charging.chargers.stations.model import ChargePoint
from app.infra.database import Database


async def charge_point_disconnected(
    charge_point: ChargePoint, connection: str, *, database: Database
) -> None:
    """Mark *charge_point* as offline, unless a connection newer than *connection* serves it."""
    going = Coming(charge_point.operator_id, charge_point.identity, None, connection)
    await note_comings([going], database=database)
