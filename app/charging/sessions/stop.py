"""Record the end of a transaction: the first stop counts, a second one is compared."""

from dataclasses import replace
from decimal import Decimal

from app.charging.sessions import store
from app.charging.sessions.events import SessionEnded, SessionFlagged
from app.charging.sessions.match import find_session
from app.charging.sessions.metering import store as meter
from app.charging.sessions.metering.trust import LATE_AFTER, trusted_time
from app.charging.sessions.model import Flag, Session, SessionState, StopReport
from app.charging.sessions.transactions import store as transactions
from app.infra.database import Database, Work


async def stop_transaction(report: StopReport, *, database: Database) -> None:
    """
    Complete the session with the charge point's last register.

    However late it comes, and however odd it is, the stop is kept: the session's flags say what
    was wrong. A stop that belongs to no session is kept with its transaction, or as an orphan.
    """
    async with database.work(report.operator_id) as work:
        await record_stop(work, report)


async def record_stop(work: Work, report: StopReport) -> None:
    """Do as `stop_transaction` in the caller's transaction. A step."""
    session = await find_session(work, report, id_tag=report.id_tag)
    known = await transactions.record_stop(work, report)
    if session is None:
        if not known:
            await transactions.add_orphans(work, [report])
        return
    await meter.add_samples(work, session.session_id, report.samples)
    if session.state is SessionState.ACTIVE:
        await store.keep(work, stopped(session, report))
        await work.emit(SessionEnded(session.session_id))
    elif session.state is SessionState.COMPLETED:
        await _compare(work, session, report)


def stopped(session: Session, report: StopReport) -> Session:
    """Return *session* as completed by *report*, with the flags it deserves."""
    at = trusted_time(session, report.at, received_at=report.received_at)
    flags = set(session.flags)
    if at is None:
        flags.add(Flag.CLOCK_OFF)
    elif report.received_at - at > LATE_AFTER:
        flags.add(Flag.LATE_STOP)
    if session.transaction_id != report.transaction_id:
        flags.add(Flag.MATCHED_WITHOUT_ID)
    return replace(
        session,
        state=SessionState.COMPLETED,
        ended_at=at or report.received_at,
        meter_stop_wh=report.meter_stop_wh,
        stop_reason=report.reason,
        heard_at=report.received_at,
        flags=frozenset(flags),
    )


async def _compare(work: Work, session: Session, report: StopReport) -> None:
    if Flag.CLOSED_WITHOUT_STOP in session.flags:
        flag = Flag.STOP_AFTER_CLOSE
    elif report.meter_stop_wh != session.meter_stop_wh:
        flag = Flag.STOP_DIFFERS
    else:
        return
    if flag in session.flags:
        return
    await store.flag(work, session.session_id, flag)
    detail = f"a stop at {_wh(report.meter_stop_wh)} came, {_wh(session.meter_stop_wh)} counts"
    await work.emit(SessionFlagged(session.session_id, flag, detail))


def _wh(register: Decimal | None) -> str:
    return "no register" if register is None else f"{register} Wh"
