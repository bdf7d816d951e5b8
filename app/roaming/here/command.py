"""Take commands of other platforms: answered at once, done by a job, and told what came of it."""

from uuid import UUID

from app.charging.chargers.model import Evse, EvseStatus
from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.charging.sessions.model import Session, SessionState
from app.charging.sessions.prepare import prepare_session
from app.charging.sessions.read import get_session
from app.charging.sessions.withdraw import withdraw_session
from app.directpay.elsewhere.tell import is_taken
from app.infra.database import Work
from app.pricing.tariffs.model import TariffVersion
from app.roaming.desk import RoamingDesk
from app.roaming.here import store
from app.roaming.here.agree import agreed_tariff, cdr_token
from app.roaming.here.model import Guest
from app.roaming.orders.carry_out import answer_order, our_evse
from app.roaming.orders.reserve import may_start, use_reservation
from app.roaming.platforms.model import Platform
from app.roaming.wire.commands import CommandResponse, StartSession, StopSession

ACCEPTED, REJECTED = "ACCEPTED", "REJECTED"
# Until the charge point has answered; it waits for the cable after that.
_SECONDS = 60
_USABLE = (EvseStatus.AVAILABLE, EvseStatus.PREPARING, EvseStatus.OCCUPIED)
_RESULTS = {
    CommandOutcome.ACCEPTED: ACCEPTED,
    CommandOutcome.REJECTED: REJECTED,
    CommandOutcome.NOT_SENT: "EVSE_INOPERATIVE",
    CommandOutcome.UNKNOWN: "TIMEOUT",
}


async def take_start(
    platform: Platform, order: StartSession, *, desk: RoamingDesk
) -> CommandResponse:
    """Take START_SESSION: the guest and the tariff are agreed on, and a job asks the charger."""
    async with desk.database.work(platform.operator_id) as work:
        evse = await our_evse(work, order.location_id, order.evse_uid)
        if evse is None or not await _is_usable(work, platform, evse, order):
            return CommandResponse(result=REJECTED, timeout=_SECONDS)
        if not order.token.valid or await is_taken(work, evse):
            return CommandResponse(result=REJECTED, timeout=_SECONDS)
        tariff = await agreed_tariff(work, evse, order.token, _connector(evse, order))
        if tariff is None:
            return CommandResponse(result=REJECTED, timeout=_SECONDS)
        session = await prepare_session(work, evse)
        await store.add(work, _guest(work, platform, order, session, tariff))
        work.defer("ocpi.guest_start", session_id=session.session_id)
    return CommandResponse(result=ACCEPTED, timeout=_SECONDS)


async def take_stop(
    platform: Platform, order: StopSession, *, desk: RoamingDesk
) -> CommandResponse:
    """Take STOP_SESSION of a session of the platform's own driver."""
    async with desk.database.work(platform.operator_id) as work:
        guest = await _guest_of(work, platform, order.session_id)
        if guest is None:
            return CommandResponse(result="UNKNOWN_SESSION", timeout=_SECONDS)
        work.defer("ocpi.guest_stop", session_id=guest.session_id, response_url=order.response_url)
    return CommandResponse(result=ACCEPTED, timeout=_SECONDS)


async def start_guest(session_id: UUID, *, operator_id: UUID, desk: RoamingDesk) -> None:
    """
    Ask the charge point for the start, and tell the platform what came of it; a job.

    When an earlier run may have asked already, nothing is asked again: the outcome is unknown.
    """
    async with desk.database.work(operator_id) as work:
        guest = await store.find(work, session_id, lock=True)
        if guest is None or guest.answered_at is not None:
            return
        session = await get_session(work, session_id)
        is_new = guest.asked_at is None
        if is_new:
            await store.update(work, session_id, asked_at=work.now)
    outcome = CommandOutcome.UNKNOWN
    if is_new:
        await use_reservation(session.evse_uid, operator_id=operator_id, desk=desk)
        outcome = await desk.chargers.remote_start(_remote_start(session))
    async with desk.database.work(operator_id) as work:
        if outcome in (CommandOutcome.REJECTED, CommandOutcome.NOT_SENT):
            await withdraw_session(work, session_id)
        await store.update(work, session_id, answered_at=work.now)
    await answer_order(
        guest.platform_id,
        guest.response_url,
        _RESULTS[outcome],
        operator_id=operator_id,
        desk=desk,
    )


async def stop_guest(
    session_id: UUID, response_url: str, *, operator_id: UUID, desk: RoamingDesk
) -> None:
    """Ask the charge point for the stop, and tell the platform what came of it; a job."""
    async with desk.database.work(operator_id) as work:
        guest = await store.find(work, session_id)
        if guest is None:
            return
        session = await get_session(work, session_id)
        if session.state is SessionState.PENDING:
            await withdraw_session(work, session_id)
    outcome = CommandOutcome.ACCEPTED
    if session.state is SessionState.ACTIVE and session.transaction_id is not None:
        stop = RemoteStop(operator_id, session.identity, session.transaction_id)
        outcome = await desk.chargers.remote_stop(stop)
    await answer_order(
        guest.platform_id, response_url, _RESULTS[outcome], operator_id=operator_id, desk=desk
    )


async def _is_usable(work: Work, platform: Platform, evse: Evse, order: StartSession) -> bool:
    """Tell whether the EVSE can be started: it is free, or kept for this very driver."""
    if evse.status is EvseStatus.RESERVED:
        mine = await may_start(work, platform.platform_id, evse.evse_uid, order.token.uid)
        return evse.connected and mine
    return evse.connected and evse.status in _USABLE


def _connector(evse: Evse, order: StartSession) -> str:
    return order.connector_id or evse.connectors[0].connector_id


def _guest(
    work: Work, platform: Platform, order: StartSession, session: Session, tariff: TariffVersion
) -> Guest:
    return Guest(
        session_id=session.session_id,
        platform_id=platform.platform_id,
        token=cdr_token(order.token),
        reference=order.authorization_reference,
        response_url=order.response_url,
        connector_id=order.connector_id or "1",
        tariff_id=tariff.tariff_id,
        tariff_version=tariff.version,
        variant=tariff.variant,
        created_at=work.now,
    )


async def _guest_of(work: Work, platform: Platform, session_id: str) -> Guest | None:
    try:
        guest = await store.find(work, UUID(session_id))
    except ValueError:
        return None
    return guest if guest is not None and guest.platform_id == platform.platform_id else None


def _remote_start(session: Session) -> RemoteStart:
    return RemoteStart(
        operator_id=session.operator_id,
        identity=session.identity,
        evse_no=session.evse_no,
        ocpp16_connector_id=session.ocpp16_connector_id,
        id_tag=session.id_tag,
        remote_start_id=session.remote_start_id,
    )
