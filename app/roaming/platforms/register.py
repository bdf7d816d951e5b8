"""Let another platform register here, renew its credentials, and leave."""

from dataclasses import replace

from app.people.identity.read import get_operator
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiNotOffered
from app.roaming.platforms import store
from app.roaming.platforms.find import get_platform
from app.roaming.platforms.meet import meet
from app.roaming.platforms.model import Platform, PlatformState
from app.roaming.platforms.ourselves import our_credentials
from app.roaming.platforms.pair import FORMER_LASTS, connected_with, end, keep
from app.roaming.platforms.tokens import digest_of
from app.roaming.ports import Link
from app.roaming.wire.credentials import Credentials
from app.roaming.wire.versions import Version


async def register(
    platform: Platform, theirs: Credentials, version: Version, *, desk: RoamingDesk
) -> Credentials:
    """
    Register the invited *platform* with its credentials; return ours with token C.

    Its versions are looked at with its own token first. Raises OcpiNotOffered when it is connected
    already, and PlatformTrouble when it cannot be looked at.
    """
    if platform.state is not PlatformState.INVITED:
        raise OcpiNotOffered("this platform is registered already: use PUT", http=405)
    return await _agree(platform, theirs, version, desk)


async def renew(
    platform: Platform, theirs: Credentials, version: Version, *, desk: RoamingDesk
) -> Credentials:
    """
    Take new credentials of a connected *platform*; return ours with a new token.

    The one before stays good for a day, should the answer get lost. Raises OcpiNotOffered and
    PlatformTrouble.
    """
    _check_connected(platform)
    return await _agree(platform, theirs, version, desk)


async def unregister(platform: Platform, *, desk: RoamingDesk) -> None:
    """End the connection of *platform*, from its side. Raises OcpiNotOffered."""
    _check_connected(platform)
    async with desk.database.work(platform.operator_id) as work:
        await end(work, platform)


async def _agree(
    platform: Platform, theirs: Credentials, version: Version, desk: RoamingDesk
) -> Credentials:
    details, link = await meet(Link(theirs.token), theirs.url, version, desk=desk)
    async with desk.database.work(platform.operator_id) as work:
        now = await get_platform(work, platform.platform_id)
        connected = replace(connected_with(now, theirs, details), is_raw=link.is_raw)
        await keep(work, connected, theirs.token, desk)
        ours = work.ids.token()
        until = work.now + FORMER_LASTS if platform.is_connected else None
        await store.set_token(work, platform.platform_id, digest_of(ours), former_until=until)
        return our_credentials(await get_operator(work), ours, desk.versions_url)


def _check_connected(platform: Platform) -> None:
    if not platform.is_connected:
        raise OcpiNotOffered("this platform is not registered yet: use POST", http=405)
