"""Reports that came before the start of their transaction: a queue sent in the wrong order."""

from dataclasses import replace

from app.charging.sessions import store
from app.charging.sessions.events import SessionEnded
from app.charging.sessions.metering import store as meter
from app.charging.sessions.model import SampleReport, Session, StopReport
from app.charging.sessions.stop import stopped
from app.charging.sessions.transactions import store as transactions
from app.charging.sessions.transactions.model import Transaction
from app.infra.database import Work


async def adopt_reports(work: Work, session: Session, transaction: Transaction) -> None:
    """
    Give a session that has just started what was kept of its *transaction* as orphans.

    Those are reports since the session was prepared that name the charge point's own transaction
    (2.x), or a stop with its one-time idTag. A step of the caller's transaction.
    """
    kept = await transactions.take_orphans(work, session, transaction)
    for report in kept:
        if isinstance(report, SampleReport):
            await meter.measure_session(work, session.session_id, report)
    stops = [report for report in kept if isinstance(report, StopReport)]
    if stops:
        await _stop(work, session, transaction, stops[0])


async def _stop(work: Work, session: Session, transaction: Transaction, report: StopReport) -> None:
    running = await store.lock(work, session.session_id)
    assert running is not None, "it has just started"  # noqa: S101
    await meter.add_samples(work, session.session_id, report.samples)
    known = replace(report, transaction_id=transaction.transaction_id)
    await transactions.record_stop(work, known)
    await store.keep(work, stopped(running, report))
    await work.emit(SessionEnded(session.session_id))
