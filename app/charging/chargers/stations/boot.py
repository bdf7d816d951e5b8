"""Record that a charge point started anew."""

from app.charging.chargers.events import ChargePointBooted
from app.charging.chargers.stations import store
from app.charging.chargers.stations.model import BootReport
from app.infra.database import Database


async def record_boot(report: BootReport, *, database: Database) -> None:
    """Keep what the charge point says of itself; its transactions are asked for, not ended."""
    async with database.work(report.operator_id) as work:
        await store.booted(work, report)
        await work.emit(ChargePointBooted(report.identity))
