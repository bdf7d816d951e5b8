"""Connect to another platform, from this side: invite it, register there, rotate, leave."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from app.infra.database import Work
from app.people.identity.read import get_operator
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid, OcpiNotOffered, PlatformTrouble
from app.roaming.platforms import store
from app.roaming.platforms.find import link_to, platform_of_name
from app.roaming.platforms.meet import meet
from app.roaming.platforms.model import SENDER, Platform, PlatformState
from app.roaming.platforms.ourselves import CREDENTIALS, our_credentials
from app.roaming.platforms.tokens import digest_of
from app.roaming.ports import Link, PeerRequest, Reply
from app.roaming.wire.codec import encode, read
from app.roaming.wire.credentials import Credentials, VersionDetails
from app.roaming.wire.versions import Version

# How long the token before the last one is still good: an answer may have got lost.
FORMER_LASTS = timedelta(hours=24)


async def invite(work: Work, name: str) -> str:
    """Let the platform *name* register here; return token A for it. A step. OcpiNotOffered."""
    known = await _free(work, name)
    platform_id = work.ids.uuid7(work.now) if known is None else known.platform_id
    token = work.ids.token()
    await store.put(work, Platform(platform_id, work.operator_id, name, PlatformState.INVITED))
    await store.set_token(work, platform_id, digest_of(token), former_until=None)
    return token


async def pair(
    name: str, versions_url: str, token: str, *, operator_id: UUID, desk: RoamingDesk
) -> Platform:
    """
    Register at the platform that serves *versions_url* with its *token* A, and return it.

    Raises OcpiNotOffered when *name* is connected already, and PlatformTrouble.
    """
    async with desk.database.work(operator_id) as work:
        known = await _free(work, name)
    details, link = await meet(Link(token), versions_url, None, desk=desk)
    async with desk.database.work(operator_id) as work:
        ours = work.ids.token()
        platform = Platform(
            platform_id=work.ids.uuid7(work.now) if known is None else known.platform_id,
            operator_id=operator_id,
            name=name,
            state=PlatformState.PAIRING,
            version=Version(details.version),
            versions_url=versions_url,
            is_raw=link.is_raw,
            endpoints=details.endpoints,
        )
        await store.put(work, platform)
        await store.set_token(work, platform.platform_id, digest_of(ours), former_until=None)
        body = encode(our_credentials(await get_operator(work), ours, desk.versions_url))
    return await _exchange("POST", platform, link, body, desk)


async def rotate(name: str, *, operator_id: UUID, desk: RoamingDesk) -> Platform:
    """
    Agree with the platform *name* on new tokens, and look at its versions again.

    The old token of this side stays good for a day, should the answer get lost. Raises
    PlatformNotFound and PlatformTrouble.
    """
    async with desk.database.work(operator_id) as work:
        platform = await platform_of_name(work, name)
        link = await link_to(work, platform, desk=desk)
    assert platform.versions_url is not None, "it is connected"  # noqa: S101
    details, link = await meet(link, platform.versions_url, None, desk=desk)
    changed = replace(platform, version=Version(details.version), endpoints=details.endpoints)
    async with desk.database.work(operator_id) as work:
        ours = work.ids.token()
        until = work.now + FORMER_LASTS
        await store.set_token(work, platform.platform_id, digest_of(ours), former_until=until)
        body = encode(our_credentials(await get_operator(work), ours, desk.versions_url))
    return await _exchange("PUT", changed, link, body, desk)


async def leave(name: str, *, operator_id: UUID, desk: RoamingDesk) -> bool:
    """
    End the connection to *name*; its tokens are good for nothing from now on.

    Return whether the platform said that it knows. Raises PlatformNotFound.
    """
    async with desk.database.work(operator_id) as work:
        platform = await platform_of_name(work, name)
        link = None
        if platform.sealed_token is not None:
            link = await link_to(work, platform, desk=desk)
        await end(work, platform)
    if link is None:
        return False
    try:
        url = _credentials_url(platform)
        return (await desk.peers.call(link, PeerRequest("DELETE", url))).is_success
    except PlatformTrouble:
        return False


async def _exchange(
    method: str, platform: Platform, link: Link, body: bytes, desk: RoamingDesk
) -> Platform:
    url = _credentials_url(platform)
    reply = (await desk.peers.call(link, PeerRequest(method, url, body))).checked(url)
    theirs = _credentials(reply, url)
    async with desk.database.work(platform.operator_id) as work:
        connected = connected_with(
            platform, theirs, VersionDetails(version=platform.speaks, endpoints=platform.endpoints)
        )
        return await keep(work, connected, theirs.token, desk)


async def keep(work: Work, platform: Platform, token: str, desk: RoamingDesk) -> Platform:
    """
    Save a connected *platform* with the *token* that it wants to see, sealed. A step.

    What it has is fetched after the commit.
    """
    sealed = desk.vault.seal(token, row=str(platform.platform_id))
    sealed_in = replace(platform, sealed_token=sealed)
    await store.put(work, sealed_in)
    _sync_later(work, platform)
    return sealed_in


async def end(work: Work, platform: Platform) -> None:
    """Let *platform* be gone: no token is good, and after the commit nothing of it is sold."""
    await store.put(work, replace(platform, state=PlatformState.GONE, sealed_token=None))
    await store.forget_tokens(work, platform.platform_id)
    _sync_later(work, platform)


def _sync_later(work: Work, platform: Platform) -> None:
    lock = f"ocpi.sync:{platform.platform_id}"
    work.defer("ocpi.sync", queueing_lock=lock, platform_id=platform.platform_id)


def connected_with(platform: Platform, theirs: Credentials, details: VersionDetails) -> Platform:
    """Return *platform* as it is after both sides exchanged credentials."""
    return replace(
        platform,
        state=PlatformState.CONNECTED,
        version=Version(details.version),
        versions_url=theirs.url,
        roles=theirs.roles,
        endpoints=details.endpoints,
        hub_party=theirs.hub_party_id,
    )


async def _free(work: Work, name: str) -> Platform | None:
    known = await store.of_name(work, name)
    if known is not None and known.is_connected:
        raise OcpiNotOffered(f"{name} is connected already: rotate its tokens, or leave it first")
    return known


def _credentials_url(platform: Platform) -> str:
    role = SENDER if platform.serves(CREDENTIALS, SENDER) else "RECEIVER"
    return platform.url_of(CREDENTIALS, role)


def _credentials(reply: Reply, url: str) -> Credentials:
    try:
        return read(Credentials, reply.data)
    except OcpiInvalid as wrong:
        raise PlatformTrouble(f"{url}: {wrong.detail}", url=url, is_sent=True) from wrong
