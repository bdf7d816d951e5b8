"""Record a transaction that a charge point started, and tell it whether that is right."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.charging.sessions import store
from app.charging.sessions.close import close_in, is_later
from app.charging.sessions.events import LateStart, SessionStarted
from app.charging.sessions.metering.trust import believable
from app.charging.sessions.model import Flag, Session, SessionState, StartAnswer, StartReport
from app.charging.sessions.overtaken import adopt_reports
from app.charging.sessions.transactions import store as transactions
from app.charging.sessions.transactions.model import Transaction, Verdict, answer_to, judge
from app.infra.database import Database, Work


async def start_transaction(report: StartReport, *, database: Database) -> StartAnswer:
    """
    Bind the transaction to the session that its idTag or remoteStartId was made for.

    Safe to repeat: the same start (1.6: same place, idTag, time and register; 2.x: same id) gets
    the same answer. Whatever is not accepted is kept as an orphan with a valid transaction id.
    """
    async with database.work(report.operator_id) as work:
        return await record_start(work, report)


async def record_start(work: Work, report: StartReport) -> StartAnswer:
    """Do as `start_transaction` in the caller's transaction. A step."""
    session = await store.lock_bound(work, report)
    known = await transactions.of_start(work, report)
    if known is not None and _is_another(known, session):
        await _rename(work, known)
        known = None
    if known is not None and (known.session_id is not None or session is None):
        return answer_to(known)
    verdict = judge(session, report)
    transaction = await transactions.add(work, report, verdict, session)
    if transaction.verdict is not verdict:  # a twin of this report was faster
        return answer_to(transaction)
    await _close_predecessor(work, report, session, transaction)
    if session is not None:
        await _act(work, session, transaction, report)
    return answer_to(transaction)


async def bound_session(work: Work, report: StartReport) -> Session | None:
    """Return the session that the start's idTag or remoteStartId was made for, or None. A step."""
    return await store.lock_bound(work, report)


async def refused_before(work: Work, report: StartReport) -> StartAnswer | None:
    """Return what was said to this very start when it was refused before, or None. A step."""
    known = await transactions.of_start(work, report)
    if known is None or known.session_id is not None or known.is_over:
        return None
    return answer_to(known)


async def running_transaction(work: Work, report: StartReport) -> Session | None:
    """
    Return the session of the charge point's own transaction (2.x) that *report* is about, or None.

    One that is over is none: some charge points count anew. A step.
    """
    if report.station_transaction_id is None:
        return None
    known = await transactions.of_start(work, report)
    if known is None or known.session_id is None or known.is_over:
        return None
    return await store.lock(work, known.session_id)


def _is_another(known: Transaction, session: Session | None) -> bool:
    # OCPP 2.x wants transaction ids that never come again; some charge points count anew.
    if session is None or session.state is not SessionState.PENDING or not known.is_over:
        return False
    return known.session_id != session.session_id


async def _rename(work: Work, known: Transaction) -> None:
    """Give a transaction that is over, and its session, a name that no charge point uses again."""
    name = await transactions.rename(work, known)
    if known.session_id is not None and (old := await store.lock(work, known.session_id)):
        await store.keep(work, replace(old, transaction_id=name))


async def _close_predecessor(
    work: Work, report: StartReport, session: Session | None, transaction: Transaction
) -> None:
    # An EVSE runs one transaction: a later start there proves that an older one is over. A 2.x
    # report need not say where; the session that it starts does.
    evse_no = report.evse_no
    if session is not None and transaction.is_accepted:
        evse_no = session.evse_no
    running = await store.lock_running_at(
        work, report.identity, evse_no=evse_no, connector_no=report.connector_no
    )
    if running is None or (session is not None and running.session_id == session.session_id):
        return
    # A payment is taken only where nothing else is paid, so its start is later whatever its clock.
    if transaction.is_accepted or is_later(report.at, running):
        await close_in(work, running, reason="NextTransaction")


async def _act(work: Work, session: Session, transaction: Transaction, report: StartReport) -> None:
    match transaction.verdict:
        case Verdict.ACCEPTED:
            await store.keep(work, started(session, transaction.transaction_id, report))
            await work.emit(SessionStarted(session.session_id))
            await adopt_reports(work, session, transaction)
        case Verdict.LATE:
            await _refuse(work, session, transaction, Flag.LATE_START)
        case Verdict.ELSEWHERE:
            await _refuse(work, session, transaction, Flag.ID_TAG_ELSEWHERE)
        case Verdict.AGAIN:
            await _refuse(work, session, transaction, Flag.ID_TAG_AGAIN)
        case Verdict.ORPHAN:
            pass


async def _refuse(work: Work, session: Session, transaction: Transaction, flag: Flag) -> None:
    """Flag the session of a start that nobody pays, and tell that the start has to be stopped."""
    await store.flag(work, session.session_id, flag)
    await work.emit(LateStart(session.session_id, transaction.identity, transaction.transaction_id))


def started(session: Session, transaction_id: str, report: StartReport) -> Session:
    """Return *session* as running; a clock that cannot be right is replaced by ours and flagged."""
    register = report.meter_start_wh
    if register is not None and register < 0:
        register = None  # no meter of imported energy shows it; kept with the transaction
    at = believable(report.at, earliest=session.created_at, received_at=report.received_at)
    is_off = at is None and report.at is not None
    return replace(
        session,
        state=SessionState.ACTIVE,
        transaction_id=transaction_id,
        started_at=at or report.received_at,
        start_received_at=report.received_at,
        meter_start_wh=register,
        register_wh=register,
        register_at=at or report.received_at,
        heard_at=report.received_at,
        clock_offset=report.received_at - report.at if is_off and report.at else timedelta(),
        flags=session.flags | _oddities(at, register),
    )


def _oddities(at: datetime | None, register: Decimal | None) -> set[Flag]:
    known = {Flag.CLOCK_OFF: at, Flag.MISSING_START_REGISTER: register}
    return {flag for flag, value in known.items() if value is None}
