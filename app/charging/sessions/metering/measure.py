"""Record meter values as they come: the busiest path of all, one statement."""

from app.charging.sessions import store
from app.charging.sessions.events import SessionFlagged, SessionMeasured
from app.charging.sessions.match import find_session
from app.charging.sessions.metering import store as meter
from app.charging.sessions.metering.trust import trusted_at
from app.charging.sessions.model import Flag, Reading, SampleReport, Session, SessionState
from app.charging.sessions.transactions import store as transactions
from app.infra.database import Database, Work


async def record_samples(report: SampleReport, *, database: Database) -> None:
    """
    Keep the samples, move the session's register forward and tell what was measured.

    Samples that are known already change nothing. Those that belong to no session are kept as
    orphans; a session that is over gets a flag, never another amount.
    """
    if not report.samples:
        return
    async with database.work(report.operator_id) as work:
        session = await meter.measure_transaction(work, report)
        if session is None:
            session = await _measure_otherwise(work, report)
        if session is not None:
            await work.emit(_measured(session, report))


async def _measure_otherwise(work: Work, report: SampleReport) -> Session | None:
    session = await find_session(work, report, id_tag=None)
    if session is None:
        if report.transaction_id is not None:  # else the idle socket's clock-aligned values
            await transactions.add_orphan(work, report)
        return None
    if session.state is SessionState.ACTIVE:
        return await meter.measure_session(work, session.session_id, report.samples)
    if await meter.add_samples(work, session.session_id, report.samples):
        await store.flag(work, session.session_id, Flag.LATE_SAMPLES)
        detail = f"{len(report.samples)} samples came after the end"
        await work.emit(SessionFlagged(session.session_id, Flag.LATE_SAMPLES, detail))
    return None


def _measured(session: Session, report: SampleReport) -> SessionMeasured:
    sample = max(report.samples, key=lambda each: (trusted_at(session, each), each.received_at))
    reading = Reading(trusted_at(session, sample), session.energy_wh, session.power_w)
    return SessionMeasured(session.session_id, sample, session, reading)
