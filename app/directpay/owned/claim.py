"""A session that was charged without signing in becomes a driver's own."""

from uuid import UUID

from app.directpay.desk import Desk, find, may_control
from app.directpay.errors import JourneyNotFound, NotYours
from app.directpay.notices.session import FEE_TASK
from app.directpay.owned import store


async def claim(
    token: str, control: str, *, driver_id: UUID, operator_id: UUID, desk: Desk
) -> None:
    """
    Write that the session with this *token* is the driver's; twice is as once.

    Only the payer's own *control* token lets a session be claimed: a link that was shared to look
    at does not. Raises JourneyNotFound, also for another operator's session, and NotYours.
    """
    journey = await find(token, desk=desk)
    if journey.operator_id != operator_id:
        raise JourneyNotFound("no session has this address")
    if not may_control(journey.journey_id, control, desk=desk):
        raise NotYours("this is not the control token of this session")
    async with desk.database.work(operator_id) as work:
        if not await store.give_to(work, journey.journey_id, driver_id):
            raise NotYours("this session is another driver's")
        # Now there is somebody who can be told.
        work.defer(FEE_TASK, journey_id=journey.journey_id)
