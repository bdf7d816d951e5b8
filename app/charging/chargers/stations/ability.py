"""Note what a charge point can do, as it says itself."""

from app.charging.chargers.public.read import note_changes
from app.charging.chargers.stations import store
from app.charging.chargers.stations.model import ChargePoint
from app.infra.database import Database


async def note_reserves(charge_point: ChargePoint, *, reserves: bool, database: Database) -> None:
    """Note whether a charge point keeps EVSEs for somebody: whoever copies them has to know."""
    async with database.work(charge_point.operator_id) as work:
        await store.set_reserves(work, charge_point.identity, reserves=reserves)
        await note_changes(work, [charge_point.identity])
