"""Record that charge points started anew: a thousand may do so at the same moment."""

from collections.abc import Sequence

from app.charging.chargers.operators import by_operator
from app.charging.chargers.stations import store
from app.charging.chargers.stations.model import BootReport
from app.infra.database import Database


async def record_boot(report: BootReport, *, database: Database) -> None:
    """Keep what the charge point says of itself; its transactions go on."""
    await record_boots([report], database=database)


async def record_boots(reports: Sequence[BootReport], *, database: Database) -> Sequence[None]:
    """Do as `record_boot` for many, in one transaction for each operator."""
    for operator_id, its in by_operator(reports).items():
        latest = {report.identity: report for report in its}
        async with database.work(operator_id) as work:
            await store.booted(work, list(latest.values()))
    return [None] * len(reports)
