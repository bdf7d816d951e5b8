"""Look at another platform: which versions it speaks, and where it serves what."""

from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid, PlatformTrouble
from app.roaming.ports import Link, PeerRequest, Reply
from app.roaming.wire.codec import read
from app.roaming.wire.credentials import VersionDetails, VersionLink
from app.roaming.wire.versions import PREFERRED, Version

_UNAUTHORISED = (401, 403)


async def meet(
    link: Link, versions_url: str, wanted: Version | None, *, desk: RoamingDesk
) -> tuple[VersionDetails, Link]:
    """
    Return the modules of the latest version that both speak, and the link that was let in.

    Only *wanted* will do, if it is given. Some platforms want tokens without base64: they are
    asked once more that way. Raises PlatformTrouble.
    """
    link, reply = await _knock(link, versions_url, desk)
    offered = _read_all(reply, versions_url)
    for version in (wanted,) if wanted else PREFERRED:
        if version in offered:
            url = offered[version]
            answer = (await desk.peers.call(link, PeerRequest("GET", url))).checked(url)
            return _details(answer, url, version), link
    spoken = ", ".join(offered) or "none"
    msg = f"{versions_url} offers the versions {spoken}"
    raise PlatformTrouble(msg, url=versions_url, is_sent=True)


async def _knock(link: Link, url: str, desk: RoamingDesk) -> tuple[Link, Reply]:
    reply = await desk.peers.call(link, PeerRequest("GET", url))
    if reply.http in _UNAUTHORISED and not link.is_raw:
        link = Link(link.token, is_raw=True, sender=link.sender, receiver=link.receiver)
        reply = await desk.peers.call(link, PeerRequest("GET", url))
    return link, reply.checked(url)


def _read_all(reply: Reply, url: str) -> dict[str, str]:
    if not isinstance(reply.data, list):
        raise PlatformTrouble(f"{url} answers no list of versions", url=url, is_sent=True)
    try:
        links = [read(VersionLink, one) for one in reply.data]
    except OcpiInvalid as wrong:
        raise PlatformTrouble(f"{url}: {wrong.detail}", url=url, is_sent=True) from wrong
    return {link.version: link.url for link in links}


def _details(reply: Reply, url: str, version: Version) -> VersionDetails:
    """Return the modules of *version*; some write its name otherwise there, or not at all."""
    told = reply.data if isinstance(reply.data, dict) else {}
    try:
        return read(VersionDetails, {**told, "version": version})
    except OcpiInvalid as wrong:
        raise PlatformTrouble(f"{url}: {wrong.detail}", url=url, is_sent=True) from wrong
