"""Tell whether a token may charge: as its platform said before, or as it says now."""

from dataclasses import dataclass
from uuid import UUID

from app.infra.database import Work
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid, OcpiNotOffered, PlatformNotFound, PlatformTrouble
from app.roaming.platforms.find import get_platform, link_to
from app.roaming.platforms.model import SENDER, Platform, below
from app.roaming.ports import Link, PeerRequest
from app.roaming.received.keep import newest_of
from app.roaming.received.model import TOKENS, Name
from app.roaming.tokens.names import every_object_id_of
from app.roaming.wire.codec import encode, read
from app.roaming.wire.tokens import AuthorizationInfo, LocationReferences, Token

ALLOWED = "ALLOWED"
NOT_ALLOWED = "NOT_ALLOWED"
# A driver stands at the reader: longer than this is no answer.
_SECONDS = 3
_MUST_ASK = "NEVER"
_NEED_NOT_ASK = "ALWAYS"
_MAY_FALL_BACK = frozenset(("ALLOWED", "ALLOWED_OFFLINE"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    Whether a token may charge, in OCPI's words (AllowedType), and whose it is.

    *reference* is what its platform wants to see in session and CDR. *is_fresh* says that the
    platform was asked just now.
    """

    allowed: str
    token: Token
    platform_id: UUID
    reference: str | None = None
    is_fresh: bool = False

    @property
    def is_allowed(self) -> bool:
        """Tell whether it may charge."""
        return self.allowed == ALLOWED


async def authorise_token(
    uid: str, place: LocationReferences | None, *, operator_id: UUID, desk: RoamingDesk
) -> Verdict | None:
    """
    Return whether the token *uid* may charge at *place*; None when no platform has told of it.

    Its whitelist decides whether its platform is asked: ALWAYS never is, NEVER always is, and the
    others are believed as they are known when the platform does not answer within seconds.
    Source: OCPI, mod_tokens, "WhitelistType".
    """
    async with desk.database.work(operator_id) as work:
        found = await _known(work, uid)
        if found is None:
            return None
        name, token = found
        stored = Verdict(_as_known(token), token, name.platform_id)
        if token.whitelist == _NEED_NOT_ASK:
            return stored
        platform = await get_platform(work, name.platform_id)
        link = await _link(work, platform, desk)
    fresh = None if link is None else await _ask(platform, link, token, place, desk)
    if fresh is not None:
        return fresh
    if token.whitelist in _MAY_FALL_BACK:
        return stored
    return Verdict(NOT_ALLOWED, token, name.platform_id)


async def _known(work: Work, uid: str) -> tuple[Name, Token] | None:
    return await newest_of(work, TOKENS, every_object_id_of(uid), Token)


def _as_known(token: Token) -> str:
    return ALLOWED if token.valid else "BLOCKED"


async def _link(work: Work, platform: Platform, desk: RoamingDesk) -> Link | None:
    if not platform.is_connected or not platform.serves(TOKENS, SENDER):
        return None
    return await link_to(work, platform, "EMSP", desk=desk)


async def _ask(
    platform: Platform,
    link: Link,
    token: Token,
    place: LocationReferences | None,
    desk: RoamingDesk,
) -> Verdict | None:
    """Return what the platform says now, or None when it says nothing that can be used."""
    body = None if place is None else encode(place, platform.speaks)
    try:
        where = below(platform.url_of(TOKENS, SENDER), token.uid, "authorize")
        url = f"{where}?type={token.type}"
        reply = await desk.peers.call(link, PeerRequest("POST", url, body, seconds=_SECONDS))
        told = read(AuthorizationInfo, reply.checked(url).data)
    except (PlatformTrouble, OcpiInvalid, OcpiNotOffered, PlatformNotFound):
        return None
    return Verdict(
        told.allowed.upper(),
        told.token,
        platform.platform_id,
        told.authorization_reference,
        is_fresh=True,
    )
