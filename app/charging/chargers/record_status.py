"""Record what charge points say about their connectors, or about themselves."""

from collections.abc import Sequence

from app.charging.chargers.events import EvseStatusesChanged
from app.charging.chargers.operators import by_operator
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.status import store
from app.infra.database import Database, Work


async def record_status(report: StatusReport, *, database: Database) -> None:
    """
    Keep the status when it is later than the one known, and tell when the EVSE's changed.

    A report about an EVSE that nobody configured changes nothing.
    """
    await record_statuses([report], database=database)


async def record_statuses(reports: Sequence[StatusReport], *, database: Database) -> Sequence[None]:
    """Do as `record_status` for many, one after the other, in one transaction per operator."""
    for operator_id, its in by_operator(reports).items():
        async with database.work(operator_id) as work:
            await _record(work, its)
    return [None] * len(reports)


async def _record(work: Work, reports: Sequence[StatusReport]) -> None:
    standings = await store.locked(work, {report.identity for report in reports})
    changes = [
        change
        for report in reports
        if report.identity in standings
        for change in standings[report.identity].hear(report)
    ]
    await store.save(work, standings.values())
    if changes:
        await work.emit(EvseStatusesChanged(tuple(changes)))
