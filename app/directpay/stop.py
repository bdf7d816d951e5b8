"""Stop: asked for by the driver or the hold, sent to the charge point until it has stopped."""

from uuid import UUID

from app.charging.chargers.ports import CommandOutcome, RemoteStop
from app.charging.sessions import close_session, get_session
from app.directpay import store
from app.directpay.advance import tell
from app.directpay.decide import StopAnswered, StopAsked
from app.directpay.desk import Desk
from app.directpay.find import find
from app.directpay.model import Ended, Stopping


async def stop(token: str, *, desk: Desk) -> None:
    """
    Stop the journey with this *token*; pressing twice stops once.

    Before the transaction runs it gives the journey up. Raises JourneyNotFound.
    """
    journey = await find(token, desk=desk)
    async with desk.database.work(journey.operator_id) as work:
        await tell(work, journey.journey_id, StopAsked())


async def ask_stop(journey_id: UUID, *, operator_id: UUID, desk: Desk) -> None:
    """Send the stop of a journey's transaction and tell it the answer; safe to repeat."""
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


async def close(journey_id: UUID, *, operator_id: UUID, desk: Desk) -> None:
    """Close a session whose end the charge point never told, at its last trusted reading."""
    async with desk.database.work(operator_id) as work:
        journey = await store.get_journey(work, journey_id)
    if journey is not None and isinstance(journey.state, Stopping):
        await close_session(
            journey.session_id, "stop_not_confirmed", operator_id=operator_id, database=desk.database
        )
