"""Start and stop: what the driver asks for, and what is sent to the charge point until it is so."""

from datetime import datetime, timedelta
from uuid import UUID

from app.charging.chargers.model import Evse, EvseStatus, is_elsewhere
from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.charging.chargers.read import get_evse
from app.charging.sessions.close import close_session
from app.charging.sessions.model import Session
from app.charging.sessions.read import get_session, see_session, silent_sessions
from app.directpay import store
from app.directpay.advance import move, tell
from app.directpay.desk import Desk, find, live_topic
from app.directpay.model import Ended, Starting, Stopping
from app.directpay.news import StartAnswered, StartSent, StopAnswered, StopAsked
from app.infra.database import EVERY_OPERATOR
from app.infra.jobs import TryAgain

ASK_AFTER = timedelta(minutes=3)
LOST_AFTER = timedelta(hours=12)


async def stop(token: str, *, desk: Desk) -> None:
    """
    Stop the journey with this *token*; pressing ten times stops once.

    Before the transaction runs it gives the journey up. Raises JourneyNotFound.
    """
    journey = await find(token, desk=desk)
    async with desk.database.work(journey.operator_id) as work:
        await tell(work, journey.journey_id, StopAsked())


async def ask_start(
    journey_id: UUID, *, operator_id: UUID, desk: Desk, first: bool = False
) -> None:
    """
    Send the start of a journey and tell it the answer; safe to repeat.

    A start is sent after it was written that it is. When an earlier run may have sent it already,
    nothing is sent again: the outcome is unknown, and the journey waits for the transaction. The
    *first* run of all sends what the commit that deferred it has written down as sent.
    """
    prepare = _written_start if first else _write_start
    command = await prepare(journey_id, operator_id, desk)
    outcome = CommandOutcome.UNKNOWN
    if command is not None:
        outcome = await desk.chargers.remote_start(command)
    async with desk.database.work(operator_id) as work:
        await tell(work, journey_id, StartAnswered(outcome))


async def ask_stop(journey_id: UUID, *, operator_id: UUID, desk: Desk) -> None:
    """
    Send the stop of a journey's transaction and tell it the answer; safe to repeat.

    A transaction that began after its journey was over is stopped as well: TryAgain until it is.
    """
    async with desk.database.work(operator_id) as work:
        journey = await store.get_journey(work, journey_id)
        if journey is None or not isinstance(journey.state, Stopping | Ended):
            return
        session = await get_session(work, journey.session_id)
    if session.ended_at is not None:
        return
    outcome = CommandOutcome.NOT_SENT
    if session.transaction_id is not None:
        outcome = await desk.chargers.remote_stop(
            RemoteStop(operator_id, session.identity, session.transaction_id)
        )
    async with desk.database.work(operator_id) as work:
        await tell(work, journey_id, StopAnswered(outcome))
    if isinstance(journey.state, Ended) and outcome is not CommandOutcome.ACCEPTED:
        raise TryAgain


async def stop_late(identity: str, transaction_id: str, *, operator_id: UUID, desk: Desk) -> None:
    """Stop a transaction that began after its session was withdrawn; TryAgain until accepted."""
    outcome = await desk.chargers.remote_stop(RemoteStop(operator_id, identity, transaction_id))
    if outcome is not CommandOutcome.ACCEPTED:
        raise TryAgain


async def close(journey_id: UUID, *, operator_id: UUID, desk: Desk) -> None:
    """
    Close a session whose end the charge point never told, at its last trusted reading.

    One that cannot be reached may still tell, and another platform sends its record: TryAgain,
    until it is back or lost for good.
    """
    async with desk.database.work(operator_id) as work:
        journey = await store.get_journey(work, journey_id)
        if journey is None or not isinstance(journey.state, Stopping):
            return
        session = await get_session(work, journey.session_id)
        evse = await get_evse(work, journey.evse_uid)
        may_tell = not evse.connected or is_elsewhere(session.identity)
        if may_tell and not _is_lost(session, work.now):
            raise TryAgain
    await close_session(
        journey.session_id,
        "stop_not_confirmed",
        operator_id=operator_id,
        database=desk.database,
    )


async def chase_silent(*, desk: Desk) -> None:
    """
    Ask about the sessions that fell silent, and close those that are certainly over. A sweep.

    Over is a session whose socket the charge point calls available, or of which nothing was heard
    for half a day. A stop that comes later is flagged and changes no amount.
    """
    async with desk.database.work(EVERY_OPERATOR) as work:
        silent = await silent_sessions(work, work.now - ASK_AFTER)
    for session in silent:
        await _chase(session, desk)


async def _chase(session: Session, desk: Desk) -> None:
    operator_id = session.operator_id
    async with desk.database.work(operator_id) as work:
        evse = await get_evse(work, session.evse_uid)
        journey = await store.journey_of_session(work, session.session_id)
        if journey is not None:
            # The page says from when its values are.
            work.publish(live_topic(journey.journey_id), b"")
        is_free = evse.connected and _became_available(evse, session)
        is_lost = _is_lost(session, work.now)
    if is_free or is_lost:
        await close_session(
            session.session_id,
            "available_again" if is_free else "silent",
            operator_id=operator_id,
            database=desk.database,
        )
    elif evse.connected:
        await desk.chargers.ask_state(operator_id, session.identity, evse.evse_no)


def _became_available(evse: Evse, session: Session) -> bool:
    # A word from before the start proves nothing: not every charge point reports that it charges.
    # Another platform ends a session by its record, which can come when the next car is there.
    if is_elsewhere(session.identity):
        return False
    since, started_at = evse.status_since, session.started_at
    is_later = since is not None and started_at is not None and since > started_at
    return evse.status is EvseStatus.AVAILABLE and is_later


def _is_lost(session: Session, now: datetime) -> bool:
    return (session.heard_at or session.created_at) <= now - LOST_AFTER


async def _write_start(journey_id: UUID, operator_id: UUID, desk: Desk) -> RemoteStart | None:
    """Write down that the start is sent, and return it; None when it is not to be sent (again)."""
    async with desk.database.work(operator_id) as work:
        journey = await store.lock_journey(work, journey_id)
        if journey is None or not isinstance(journey.state, Starting) or journey.state.sent:
            return None
        session = await get_session(work, journey.session_id)
        await move(work, journey, StartSent())
    return _start_of(session)


async def _written_start(journey_id: UUID, operator_id: UUID, desk: Desk) -> RemoteStart | None:
    """Return the start that is written down as sent; None when the journey has gone on since."""
    async with desk.database.look() as look:
        journey = await store.see_journey(look, operator_id, journey_id)
        if journey is None or not isinstance(journey.state, Starting):
            return None
        session = await see_session(look, operator_id, journey.session_id)
    return None if session is None else _start_of(session)


def _start_of(session: Session) -> RemoteStart:
    return RemoteStart(
        operator_id=session.operator_id,
        identity=session.identity,
        evse_no=session.evse_no,
        ocpp16_connector_id=session.ocpp16_connector_id,
        id_tag=session.id_tag,
        remote_start_id=session.remote_start_id,
    )
