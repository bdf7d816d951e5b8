"""Find the session of a stop that names nothing but the card that stopped it."""

from dataclasses import replace

from app.charging.sessions.match import NO_ID
from app.charging.sessions.model import SessionState, StopReport
from app.charging.sessions.read import get_session
from app.charging.sessions.stop import record_stop
from app.charging.tokens.read import token_of_uid
from app.directpay.reader import store
from app.directpay.reader.desk import ReaderDesk
from app.directpay.vehicles.see import stop_without_vehicle
from app.infra.database import Work


async def stop_at_reader(report: StopReport, *, desk: ReaderDesk) -> None:
    """
    Do as `stop_transaction`; a stop without a usable id is that of its card's running session.

    OCPP 1.6 errata 3.18: a start that was never confirmed is stopped with the id -1.
    """
    async with desk.database.work(report.operator_id) as work:
        await record_stop(work, stop_without_vehicle(await _named(work, report)))


async def _named(work: Work, report: StopReport) -> StopReport:
    if report.id_tag is None or report.transaction_id not in NO_ID:
        return report
    token = await token_of_uid(work, report.id_tag)
    if token is None:
        return report
    for session_id in await store.sessions_of(work, [token.token_id], 1):
        session = await get_session(work, session_id)
        if session.identity == report.identity and session.state is SessionState.ACTIVE:
            return replace(report, id_tag=session.id_tag)
    return report
