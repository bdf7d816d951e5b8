"""Take commands of other platforms: answered at once, done by a job, and told what came of it."""

from uuid import UUID

from msgspec import structs

from app.charging.chargers.model import Evse, EvseStatus
from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.charging.sessions.model import Session, SessionState
from app.charging.sessions.prepare import prepare_session
from app.charging.sessions.read import get_session
from app.charging.sessions.withdraw import withdraw_session
from app.directpay.elsewhere.tell import ask_stop, is_taken
from app.infra.database import Work
from app.roaming.desk import RoamingDesk
from app.roaming.here import store
from app.roaming.here.agree import agreed_choice, guest_of
from app.roaming.here.model import Guest
from app.roaming.orders.carry_out import answer_later, answer_order, our_evse
from app.roaming.orders.model import ACCEPTED, REJECTED
from app.roaming.orders.reserve import may_start, use_reservation
from app.roaming.platforms.model import Platform
from app.roaming.terminals.begin import (
    Paid,
    StartRefused,
    begin_paid,
    is_paid_at_terminal,
    is_under_way,
)
from app.roaming.wire.commands import CommandResponse, StartSession, StopSession

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
    """
    Take START_SESSION: the guest and the tariff are agreed on, and a job asks the charger.

    Who has paid at a terminal of the platform begins a journey of ours.
    """
    try:
        async with desk.database.work(platform.operator_id) as work:
            await _take(work, platform, order, desk)
    except StartRefused:
        return CommandResponse(result=REJECTED, timeout=_SECONDS)
    return CommandResponse(result=ACCEPTED, timeout=_SECONDS)


async def _take(work: Work, platform: Platform, order: StartSession, desk: RoamingDesk) -> None:
    is_paid = is_paid_at_terminal(platform, order)
    if is_paid and await is_under_way(work, platform, order):
        return
    evse = await our_evse(work, order.location_id, order.evse_uid)
    if evse is None or not await _is_usable(work, platform, evse, order):
        raise StartRefused
    if not order.token.valid or await is_taken(work, evse):
        raise StartRefused
    connector_id = _connector_of(evse, order.connector_id)
    order = structs.replace(order, connector_id=connector_id)
    choice = await agreed_choice(work, evse, order.token, connector_id)
    if choice is None:
        raise StartRefused
    if is_paid:
        await begin_paid(work, Paid(platform, order, evse, choice), secrets=desk.secrets)
        return
    session = await prepare_session(work, evse)
    guest = guest_of(order, platform.platform_id, session.session_id, choice.tariff, work.now)
    await store.add(work, guest)
    work.defer("ocpi.guest_start", session_id=session.session_id)


def _connector_of(evse: Evse, named: str | None) -> str:
    """Return the connector that an order names, or the first. Raises StartRefused."""
    known = {one.connector_id.lower(): one.connector_id for one in evse.connectors}
    if named is None:
        return evse.connectors[0].connector_id
    if named.lower() not in known:
        raise StartRefused
    return known[named.lower()]


async def take_stop(
    platform: Platform, order: StopSession, *, desk: RoamingDesk
) -> CommandResponse:
    """Take STOP_SESSION of a session of the platform's own driver."""
    async with desk.database.work(platform.operator_id) as work:
        guest = await _guest_of(work, platform, order.session_id)
        if guest is None:
            return CommandResponse(result="UNKNOWN_SESSION", timeout=_SECONDS)
        if guest.journey_id is not None:
            await ask_stop(work, guest.journey_id)
            answer_later(work, platform.platform_id, order.response_url, ACCEPTED)
        else:
            work.defer(
                "ocpi.guest_stop", session_id=guest.session_id, response_url=order.response_url
            )
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
