"""Ask the charge point to start what was paid for."""

from uuid import UUID

from app.charging.chargers.ports import CommandOutcome, RemoteStart
from app.charging.chargers.store_api import get_evse
from app.charging.sessions import get_session
from app.directpay import store
from app.directpay.advance import tell
from app.directpay.decide import StartAnswered, StartSent
from app.directpay.desk import Desk
from app.directpay.model import Starting


async def ask_start(journey_id: UUID, *, operator_id: UUID, desk: Desk) -> None:
    """
    Send the start of a journey and tell it the answer; safe to repeat.

    When an earlier run may have sent it already, nothing is sent again: the outcome is unknown,
    and the journey waits for the transaction.
    """
    command = await _command(journey_id, operator_id, desk)
    if command is None:
        outcome = CommandOutcome.UNKNOWN
    else:
        outcome = await desk.chargers.remote_start(command)
    async with desk.database.work(operator_id) as work:
        await tell(work, journey_id, StartAnswered(outcome))


async def _command(journey_id: UUID, operator_id: UUID, desk: Desk) -> RemoteStart | None:
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
