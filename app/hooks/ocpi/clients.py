"""The parties of a hub: who can be reached through it."""

from app.hooks.ocpi.call import CREATED, Answer, Call
from app.roaming.desk import RoamingDesk
from app.roaming.received.keep import keep, received
from app.roaming.received.model import CLIENTS, Name
from app.roaming.wire.credentials import ClientInfo


async def get_client(call: Call, desk: RoamingDesk) -> Answer:
    """Show a party of the hub as it is known here."""
    name = _name(call)
    async with desk.database.work(call.platform.operator_id) as work:
        return Answer(await received(work, name, ClientInfo))


async def put_client(call: Call, desk: RoamingDesk) -> Answer:
    """Keep how a party of the hub is."""
    name = _name(call)
    info = call.body_as(ClientInfo)
    async with desk.database.work(call.platform.operator_id) as work:
        kept = await keep(work, name, info)
    return Answer(http=CREATED) if kept.is_new else Answer()


def _name(call: Call) -> Name:
    country, party = call.path(2)
    return Name(call.platform.platform_id, CLIENTS, country, party, "client")
