"""Record meter values as they come: the busiest path of all, one transaction for many reports."""

from collections.abc import Callable, Sequence

from app.charging.sessions import store
from app.charging.sessions.events import SessionFlagged, SessionsMeasured
from app.charging.sessions.match import find_session, name_transactions, sort_out
from app.charging.sessions.metering import store as meter
from app.charging.sessions.model import Flag, SampleReport, SessionState
from app.charging.sessions.transactions import store as transactions
from app.infra.database import Database, Work


async def record_samples(report: SampleReport, *, database: Database) -> None:
    """
    Keep the samples, move the session's register forward and tell what was measured.

    Samples that are known already change nothing. Those that belong to no session are kept as
    orphans; a session that is over gets a flag, never another amount.
    """
    left: list[SampleReport] = []
    await record_together([report], database=database, kept=left.extend)
    for each in left:
        await record_alone(each, database=database)


async def record_together(
    reports: Sequence[SampleReport],
    *,
    database: Database,
    kept: Callable[[Sequence[SampleReport]], None],
) -> None:
    """
    Keep the *reports* of one operator in one transaction, and call *kept* when it is committed.

    It is handed those that want `record_alone`: their session is over, or somebody holds it just
    now. What follows from the others follows after it.
    """
    async with database.work(reports[0].operator_id) as work:
        named = await name_transactions(work, reports)
        measured = await meter.measure_transactions(work, named)
        found = {place for each in measured for place in each.places}
        rest = [report for place, report in enumerate(reports) if place not in found]
        if rest:
            strangers, rest = await sort_out(work, rest)
            await _keep_orphans(work, strangers)

        async def committed(_: Database) -> None:
            kept(rest)

        work.then(committed)
        readings = ((each.session_id, each.reading) for each in measured)
        news = {session_id: reading for session_id, reading in readings if reading is not None}
        if news:
            await work.emit(SessionsMeasured(news))


async def record_alone(report: SampleReport, *, database: Database) -> None:
    """Keep the samples of a report whose session has to be looked for; waits for who holds it."""
    async with database.work(report.operator_id) as work:
        session = await find_session(work, report, id_tag=None)
        if session is None:
            await _keep_orphans(work, [report])
        elif session.state is SessionState.ACTIVE:
            reading = await meter.measure_session(work, session.session_id, report)
            if reading is not None:
                await work.emit(SessionsMeasured({session.session_id: reading}))
        elif await meter.add_samples(work, session.session_id, report.samples):
            await store.flag(work, session.session_id, Flag.LATE_SAMPLES)
            detail = f"{len(report.samples)} samples came after the end"
            await work.emit(SessionFlagged(session.session_id, Flag.LATE_SAMPLES, detail))


async def _keep_orphans(work: Work, reports: Sequence[SampleReport]) -> None:
    # Without an id they are the idle socket's clock-aligned values.
    named = [report for report in reports if report.transaction_id is not None]
    if named:
        await transactions.add_orphans(work, named)
