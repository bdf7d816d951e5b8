"""Commands of other platforms for our charge points."""

from app.hooks.ocpi.call import Answer, Call
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiNotOffered
from app.roaming.here.command import take_start, take_stop
from app.roaming.orders.reserve import take_cancel, take_reserve
from app.roaming.orders.unlock import take_unlock
from app.roaming.wire.commands import (
    CancelReservation,
    ReserveNow,
    StartSession,
    StopSession,
    UnlockConnector,
)


async def post_command(call: Call, desk: RoamingDesk) -> Answer:
    """Take a command; what comes of it is told later."""
    (kind,) = call.path(1)
    match kind:
        case "START_SESSION":
            return Answer(await take_start(call.platform, call.body_as(StartSession), desk=desk))
        case "STOP_SESSION":
            return Answer(await take_stop(call.platform, call.body_as(StopSession), desk=desk))
        case "RESERVE_NOW":
            return Answer(await take_reserve(call.platform, call.body_as(ReserveNow), desk=desk))
        case "CANCEL_RESERVATION":
            order = call.body_as(CancelReservation)
            return Answer(await take_cancel(call.platform, order, desk=desk))
        case "UNLOCK_CONNECTOR":
            asked = call.body_as(UnlockConnector)
            return Answer(await take_unlock(call.platform, asked, desk=desk))
        case _:
            raise OcpiNotOffered(f"there is no command {kind}", http=404)
