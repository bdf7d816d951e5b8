"""Release a cable for another platform, where nobody is charging."""

from uuid import UUID

from app.charging.chargers.calls.commands import Place, Unlock
from app.charging.chargers.read import get_evse
from app.directpay.elsewhere.tell import is_taken
from app.roaming.desk import RoamingDesk
from app.roaming.orders.carry_out import Asked, answer_order, carry_out, our_evse
from app.roaming.orders.model import ACCEPTED, ORDER_SECONDS, REJECTED
from app.roaming.platforms.model import Platform
from app.roaming.wire.commands import CommandResponse, UnlockConnector


async def take_unlock(
    platform: Platform, order: UnlockConnector, *, desk: RoamingDesk
) -> CommandResponse:
    """Take UNLOCK_CONNECTOR where no driver has begun to pay, or charges; a job asks for it."""
    async with desk.database.work(platform.operator_id) as work:
        evse = await our_evse(work, order.location_id, order.evse_uid)
        if evse is None or not evse.connected or await is_taken(work, evse):
            return CommandResponse(result=REJECTED, timeout=ORDER_SECONDS)
        work.defer(
            "ocpi.unlock",
            platform_id=platform.platform_id,
            evse_uid=evse.evse_uid,
            response_url=order.response_url,
            order_id=work.ids.uuid7(work.now),
        )
    return CommandResponse(result=ACCEPTED, timeout=ORDER_SECONDS)


async def unlock(
    platform_id: UUID,
    evse_uid: str,
    told: tuple[UUID, str],
    *,
    operator_id: UUID,
    desk: RoamingDesk,
) -> None:
    """Ask the charge point, and tell what it said; *told* is the order's id and where to."""
    order_id, response_url = told
    async with desk.database.work(operator_id) as work:
        evse = await get_evse(work, evse_uid)
    command = Unlock(Place(evse.evse_no, evse.ocpp16_connector_id))
    asked = Asked(evse.identity, command, order_id)
    result = await carry_out(asked, operator_id=operator_id, desk=desk)
    await answer_order(platform_id, response_url, result, operator_id=operator_id, desk=desk)
