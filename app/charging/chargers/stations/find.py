"""Find the charge point that knocks."""

from dataclasses import replace

from app.charging.chargers import store as evses
from app.charging.chargers.stations import store
from app.charging.chargers.stations.model import ChargePoint
from app.infra.database import Database


async def find_charge_point(identity: str, *, database: Database) -> ChargePoint | None:
    """Return the charge point with this OCPP identity, or None when nobody configured it."""
    async with database.look() as look:
        charge_point = await store.by_identity(look, identity)
        if charge_point is None:
            return None
        return replace(charge_point, evses=await evses.evses_on(look, charge_point))
