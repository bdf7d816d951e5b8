"""Rotate a charge point's password: made here, told to it alone, kept as digests."""

from app.charging.chargers.calls.command import make_command
from app.charging.chargers.calls.commands import SetPassword
from app.charging.chargers.calls.make import Caller
from app.charging.chargers.calls.model import Call
from app.charging.chargers.calls.ports import CallGateway
from app.charging.chargers.stations.password import new_password
from app.infra.database import Database


async def rotate_password(
    identity: str, caller: Caller, *, gateway: CallGateway, database: Database
) -> Call:
    """
    Give the charge point a new password and return the call.

    The old one is good until it has come back with the new. Raises what `make_call` raises.
    """
    async with database.work(caller.operator_id) as work:
        command = SetPassword(new_password(work))
    made = await make_command(identity, command, caller, gateway=gateway, database=database)
    return made[0]
