"""Start and stop: what the driver asks for, and what is sent to the charge point until it is so."""

from uuid import UUID

from app.charging.chargers import get_evse
from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.charging.sessions import close_session, get_session
from app.directpay import store
from app.directpay.advance import tell
from app.directpay.decide import StartAnswered, StartSent, StopAnswered, StopAsked
from app.directpay.desk import Desk, find
from app.directpay.model import Ended, Starting, Stopping
from app.infra.jobs import TryAgain


async def stop(token: str, *, desk: Desk) -> None:
    """
    Stop the journey with this *token*; pressing ten times stops once.

    Before the transaction runs it gives the journey up. Raises JourneyNotFound.
    """
    journey = await find(token, desk=desk)
    async with desk.database.work(journey.operator_id) as work:
        await tell(work, journey.journey_id, StopAsked())


async def ask_start(journey_id: UUID, *, operator_id: UUID, desk: Desk) -> None:
    """
    Send the start of a journey and tell it the answer; safe to repeat.

    When an earlier run may have sent it already, nothing is sent again: the outcome is unknown,
    and the journey waits for the transaction.
    """
    command = await _start_command(journey_id, operator_id, desk)
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


async def close(journey_id: UUID, *, operator_id: UUID, desk: Desk) -> None:
    """Close a session whose end the charge point never told, at its last trusted reading."""
    async with desk.database.work(operator_id) as work:
        journey = await store.get_journey(work, journey_id)
    if journey is not None and isinstance(journey.state, Stopping):
        await close_session(
            journey.session_id,
            "stop_not_confirmed",
            operator_id=operator_id,
            database=desk.database,
        )


async def _start_command(journey_id: UUID, operator_id: UUID, desk: Desk) -> RemoteStart | None:
    async with desk.database.work(operator_id) as work:
        journey = await store.lock_journey(work, journey_id)
        if journey is None or not isinstance(journey.state, Starting) or journey.state.sent:
            return None
        session = await get_session(work, journey.session_id)
        evse = await get_evse(work, journey.evse_uid)
        await tell(work, journey_id, StartSent())
    return RemoteStart(
        operator_id=operator_id,
        identity=evse.identity,
        evse_no=evse.evse_no,
        ocpp16_connector_id=evse.ocpp16_connector_id,
        id_tag=session.id_tag,
        remote_start_id=session.remote_start_id,
    )
