"""Record a transaction that somebody started at the reader, and let it be paid."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from app.charging.chargers.model import Evse
from app.charging.chargers.read import evses_of
from app.charging.sessions.model import Session, StartAnswer, StartReport
from app.charging.sessions.prepare import prepare_session
from app.charging.sessions.read import get_session
from app.charging.sessions.start import (
    bound_session,
    record_start,
    refused_before,
    running_transaction,
    start_transaction,
)
from app.charging.tokens.model import Payer, Standing, Token
from app.charging.tokens.read import token_of_uid
from app.directpay.authorised.running import (
    Running,
    SocketTaken,
    begin_running,
    clear_socket,
)
from app.directpay.decide import Task
from app.directpay.prices.terms import terms_at
from app.directpay.reader.desk import ReaderDesk
from app.directpay.reader.model import (
    NotAtTheReader,
    Presented,
    begun_at,
    can_be,
    key_of,
)
from app.directpay.reader.payers import means_of
from app.directpay.reader.ports import Invitation
from app.directpay.reader.store import claim
from app.directpay.vehicles.model import vehicle_in
from app.directpay.vehicles.see import see_stranger, vehicle_token, without_vehicle
from app.funds.postpaid.errors import AccountExhausted
from app.funds.wallet.errors import CreditTooLow, WalletFrozen
from app.infra.database import Work
from app.pricing.tariffs.errors import NoTariff

_STATUSES: Final[Mapping[type[Exception], Standing]] = {
    SocketTaken: Standing.CONCURRENT,
    NoTariff: Standing.INVALID,
    CreditTooLow: Standing.NO_CREDIT,
    AccountExhausted: Standing.NO_CREDIT,
    WalletFrozen: Standing.BLOCKED,
}
_REFUSALS: Final[tuple[type[Exception], ...]] = (NotAtTheReader, *_STATUSES)


async def start_at_reader(report: StartReport, *, desk: ReaderDesk) -> StartAnswer:
    """
    Do as `start_transaction`, and begin the journey of a token of ours or of another platform's.

    Safe to repeat. What may not be is recorded as nobody's transaction, and stopped. A start of
    which a charge point tells when it is back from being offline is priced as of when it began.
    """
    try:
        async with desk.database.work(report.operator_id) as work:
            answer = await _ours(work, report, desk)
        if answer is not None:
            return answer
        invitation = await desk.guests.invite(_presented(report))
        if invitation is None:
            return await start_transaction(report, database=desk.database)
        async with desk.database.work(report.operator_id) as work:
            return await _guest(work, report, invitation)
    except _REFUSALS as refusal:
        return await _refuse(report, _status_of(refusal), desk)


def _status_of(refusal: Exception) -> Standing:
    """Return what a charge point is told for a *refusal*."""
    return refusal.status if isinstance(refusal, NotAtTheReader) else _STATUSES[type(refusal)]


async def _ours(work: Work, report: StartReport, desk: ReaderDesk) -> StartAnswer | None:
    """Record a start that is paid already, or of a token of ours; None: it is neither."""
    if report.id_tag is None or await bound_session(work, report) is not None:
        return await record_start(work, report)
    running = await running_transaction(work, report)
    if running is not None:
        return await record_start(work, _as(report, running))
    before = await refused_before(work, report)
    if before is not None:
        return before
    car = await vehicle_token(work, report.id_tag, report.token_type, desk.secrets)
    if car is not None:
        return await _of_vehicle(work, report, *car, desk)
    token = await token_of_uid(work, report.id_tag)
    if token is None or not can_be(token, report.token_type):
        return None
    session = await _session(work, report, token, desk)
    return replace(await record_start(work, _as(report, session)), group=token.group_id)


async def _of_vehicle(
    work: Work, report: StartReport, uid: str, token: Token | None, desk: ReaderDesk
) -> StartAnswer:
    """Record a start of a car; its own id is on no record, whoever's it is."""
    if token is None:
        await see_stranger(work, uid, await _evse(work, report))
        return await record_start(work, without_vehicle(report))
    session = await _session(work, replace(report, id_tag=uid), token, desk)
    return await record_start(work, _as(report, session))


async def _session(work: Work, report: StartReport, token: Token, desk: ReaderDesk) -> Session:
    claimed = await claim(work, key_of(report), token.token_id, begun_at(report))
    if not claimed.is_new:
        return await get_session(work, claimed.session_id)
    standing = token.standing(work.now)
    if standing is not Standing.ACCEPTED:
        raise NotAtTheReader(standing)
    evse = await _evse(work, report)
    if token.payer is Payer.NOBODY:
        await clear_socket(work, evse, report.at)
        return await prepare_session(work, evse, claimed.session_id, since=begun_at(report))
    means, since = await means_of(work, token, evse), begun_at(report)
    running = Running(
        evse=evse,
        session_id=claimed.session_id,
        pay_key=key_of(report),
        choice=(await terms_at(work, evse, means.groups, since)).choice,
        held=means.amount,
        since=since,
        told_at=report.at,
        locale=means.locale,
        driver=means.driver,
    )
    return await begin_running(work, running, secure=means.secure, secrets=desk.secrets)


async def _guest(work: Work, report: StartReport, invitation: Invitation) -> StartAnswer:
    if invitation.info.status != Standing.ACCEPTED:
        raise NotAtTheReader(Standing(invitation.info.status))
    claimed = await claim(work, key_of(report), None, begun_at(report))
    if claimed.is_new:
        evse = await _evse(work, report)
        await clear_socket(work, evse, report.at)
        session = await invitation.welcome(work, evse, claimed.session_id, begun_at(report))
    else:
        session = await get_session(work, claimed.session_id)
    answer = await record_start(work, _as(report, session))
    return replace(answer, group=invitation.info.group)


async def _refuse(report: StartReport, status: Standing, desk: ReaderDesk) -> StartAnswer:
    """Record the start as nobody's, and let the charge point be told to stop it."""
    if report.id_tag is not None and vehicle_in(report.id_tag, report.token_type) is not None:
        report = without_vehicle(report)
    async with desk.database.work(report.operator_id) as work:
        answer = await record_start(work, report)
        work.defer(Task.STOP_LATE, identity=report.identity, transaction_id=answer.transaction_id)
    return replace(answer, status=status, stop_at_once=True)


async def _evse(work: Work, report: StartReport) -> Evse:
    """Return the socket that the report is about. Raises NotAtTheReader when there is none."""
    for evse in await evses_of(work, report.identity):
        number = evse.ocpp16_connector_id if report.evse_no is None else evse.evse_no
        if number == (report.connector_no if report.evse_no is None else report.evse_no):
            return evse
    raise NotAtTheReader(Standing.INVALID)


def _as(report: StartReport, session: Session) -> StartReport:
    return replace(report, id_tag=session.id_tag)


def _presented(report: StartReport) -> Presented:
    assert report.id_tag is not None, "somebody showed it"  # noqa: S101
    return Presented(
        report.operator_id, report.identity, report.id_tag, report.token_type, report.received_at
    )
