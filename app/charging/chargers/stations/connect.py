"""Note that a charge point opened its connection."""

from app.charging.chargers.stations.comings import Coming, note_comings
from app.charging.chargers.stations.model import ChargePoint
from app.infra.database import Database


async def charge_point_connected(
    charge_point: ChargePoint, protocol: str, *, database: Database
) -> str:
    """
    Mark *charge_point* as connected and return the connection's name.

    The name tells `charge_point_disconnected` whether a newer connection took its place.
    """
    coming = Coming(charge_point.operator_id, charge_point.identity, protocol)
    return (await note_comings([coming], database=database))[0]
