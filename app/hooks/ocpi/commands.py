"""Commands of other platforms for our charge points."""

from app.hooks.ocpi.call import Answer, Call
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiNotOffered
from app.roaming.here.command import take_start, take_stop
from app.roaming.wire.commands import CommandResponse, StartSession, StopSession

# What is known and cannot be done: said at once, in OCPI's word for it.
_NOT_SUPPORTED = ("RESERVE_NOW", "CANCEL_RESERVATION", "UNLOCK_CONNECTOR")


async def post_command(call: Call, desk: RoamingDesk) -> Answer:
    """Take a command; what comes of it is told later."""
    (kind,) = call.path(1)
    match kind:
        case "START_SESSION":
            return Answer(await take_start(call.platform, call.body_as(StartSession), desk=desk))
        case "STOP_SESSION":
            return Answer(await take_stop(call.platform, call.body_as(StopSession), desk=desk))
        case _ if kind in _NOT_SUPPORTED:
            return Answer(CommandResponse(result="NOT_SUPPORTED", timeout=0))
        case _:
            raise OcpiNotOffered(f"there is no command {kind}", http=404)
