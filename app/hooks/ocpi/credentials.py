"""The module credentials: how platforms register, renew and leave."""

from app.hooks.ocpi.call import Answer, Call
from app.people.identity.read import get_operator
from app.roaming.desk import RoamingDesk
from app.roaming.platforms.ourselves import our_credentials
from app.roaming.platforms.register import register, renew, unregister
from app.roaming.platforms.tokens import presented
from app.roaming.wire.credentials import Credentials


async def get_credentials(call: Call, desk: RoamingDesk) -> Answer:
    """Tell who we are; the token is the one that was presented, which is the one that is good."""
    token = presented(call.headers.get("authorization"))[-1]
    async with desk.database.work(call.platform.operator_id) as work:
        return Answer(our_credentials(await get_operator(work), token, desk.versions_url))


async def post_credentials(call: Call, desk: RoamingDesk) -> Answer:
    """Register."""
    theirs = call.body_as(Credentials)
    return Answer(await register(call.platform, theirs, call.version, desk=desk))


async def put_credentials(call: Call, desk: RoamingDesk) -> Answer:
    """Renew."""
    theirs = call.body_as(Credentials)
    return Answer(await renew(call.platform, theirs, call.version, desk=desk))


async def delete_credentials(call: Call, desk: RoamingDesk) -> Answer:
    """Leave."""
    await unregister(call.platform, desk=desk)
    return Answer()
