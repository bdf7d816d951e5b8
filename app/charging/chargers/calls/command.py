"""Ask a charge point for something, in whichever words its version has."""

from collections.abc import Sequence
from dataclasses import replace

from app.charging.chargers.calls.commands import Command, Place
from app.charging.chargers.calls.errors import ChargePointOffline
from app.charging.chargers.calls.make import Caller, make_call
from app.charging.chargers.calls.model import Call
from app.charging.chargers.calls.ports import CallGateway
from app.charging.chargers.errors import EvseNotFound
from app.charging.chargers.overview.read import get_charge_point
from app.infra.database import Database, Work

_INT32 = 2**31 - 1


async def make_command(
    identity: str, command: Command, caller: Caller, *, gateway: CallGateway, database: Database
) -> Sequence[Call]:
    """
    Make the calls that are the *command* and return them with their answers.

    Raises what `make_call` raises; what was done by then stays done.
    """
    async with database.work(caller.operator_id) as work:
        protocol = (await get_charge_point(work, identity)).protocol
        # By which later messages about it are known (2.x, requestId); an integer of 32 bits.
        number = work.ids.uuid7(work.now).int & _INT32
    if protocol is None:
        raise ChargePointOffline(f"{identity} has never connected")
    made = []
    for place, order in enumerate(gateway.words_of(protocol, command, number), start=1):
        key = caller.key if caller.key is None or place == 1 else f"{caller.key}:{place}"
        each = replace(caller, key=key)
        made.append(await make_call(identity, order, each, gateway=gateway, database=database))
    return made


async def place_of(work: Work, identity: str, evse_no: int) -> Place:
    """Return where an EVSE of a charge point is. A step. ChargePointNotFound, EvseNotFound."""
    station = await get_charge_point(work, identity)
    for evse in station.evses:
        if evse.evse_no == evse_no:
            return Place(evse.evse_no, evse.ocpp16_connector_id)
    raise EvseNotFound("the charge point has no such EVSE", identity=identity, evse_no=evse_no)
