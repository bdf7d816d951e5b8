"""Tokens of ours: cards of our drivers, and the one-time tokens of paid sessions."""

from collections.abc import Mapping
from typing import Any, Final

from app.charging.sessions.model import Session, SessionState
from app.charging.sessions.read import session_of_id_tag
from app.charging.tokens.model import Payer, Standing, Whitelist
from app.charging.tokens.model import Token as Card
from app.charging.tokens.read import token_named, token_of_uid, tokens_abroad
from app.directpay.reader.authorise import standing_at
from app.infra.database import Work
from app.pricing.tariffs.model import DisplayText
from app.roaming.abroad.model import Point, one_time_token
from app.roaming.abroad.read import usable_points
from app.roaming.errors import OcpiObjectUnknown
from app.roaming.platforms.find import our_party
from app.roaming.platforms.model import Party, Platform
from app.roaming.received.model import TOKENS
from app.roaming.tokens.authorise import ALLOWED, NOT_ALLOWED
from app.roaming.wire.tokens import AuthorizationInfo, LocationReferences, Token

# OCPI, AllowedType; whatever else a reader would be told is no yes.
_ALLOWED: Final = {
    Standing.ACCEPTED: ALLOWED,
    Standing.BLOCKED: "BLOCKED",
    Standing.EXPIRED: "EXPIRED",
    Standing.NO_CREDIT: "NO_CREDIT",
}
_NOT_OFFERED: Final = DisplayText(language="en", text="This card cannot be used here.")


async def authorise_ours(
    work: Work, platform: Platform, uid: str, place: LocationReferences | None
) -> AuthorizationInfo:
    """
    Return whether a token of ours may charge: a card that can pay, or a start that waits.

    A step of the caller's transaction. Raises OcpiObjectUnknown for what is no token of ours.
    """
    session = await session_of_id_tag(work, uid)
    if session is not None:
        return await _of_session(work, session, place)
    card = await token_of_uid(work, uid) if platform.takes_cards else None
    if card is None or not card.may_roam:
        raise OcpiObjectUnknown(f"there is no token {uid}", module=TOKENS)
    return await _of_card(work, platform, card, place)


async def our_token(work: Work, platform: Platform, uid: str) -> Token | None:
    """Return the card with this uid as *platform* may know it; None: it must not. A step."""
    card = await token_named(work, uid) if platform.takes_cards else None
    if card is None or not card.may_roam:
        return None
    return _published(card, await our_party(work), work)


async def our_tokens(
    work: Work, platform: Platform, window: Mapping[str, Any]
) -> tuple[list[Token], int]:
    """Return a page of the cards that *platform* may know, and how many there are. A step."""
    if not platform.takes_cards:
        return [], 0
    party = await our_party(work)
    found, total = await tokens_abroad(work, window)
    return [_published(card, party, work) for card in found], total


def _published(card: Card, party: Party, work: Work) -> Token:
    """Return a card in the words of OCPI; prepaid credit has to be asked about each time."""
    is_prepaid = card.payer is Payer.WALLET
    return Token(
        country_code=party.country_code,
        party_id=party.party_id,
        uid=card.uid,
        type=card.type,
        contract_id=card.contract_id,
        visual_number=card.visual_number,
        issuer=card.issuer,
        group_id=card.group_id,
        valid=card.standing(work.now) is Standing.ACCEPTED,
        whitelist=Whitelist.NEVER if is_prepaid else card.whitelist,
        language=card.language,
        default_profile_type=card.default_profile_type,
        last_updated=card.last_updated,
    )


async def _of_card(
    work: Work, platform: Platform, card: Card, place: LocationReferences | None
) -> AuthorizationInfo:
    told = _published(card, await our_party(work), work)
    points = await usable_points(work, platform.platform_id, place)
    if not points:
        return AuthorizationInfo(allowed=NOT_ALLOWED, token=told, info=_NOT_OFFERED)
    allowed = _ALLOWED.get(await standing_at(work, card, points[0].identity), NOT_ALLOWED)
    where = None if place is None or allowed != ALLOWED else _where(place, points)
    return AuthorizationInfo(allowed=allowed, token=told, location=where)


def _where(place: LocationReferences, points: list[Point]) -> LocationReferences:
    uids = tuple(point.their_uid for point in points)
    return LocationReferences(location_id=place.location_id, evse_uids=uids)


async def _of_session(
    work: Work, session: Session, place: LocationReferences | None
) -> AuthorizationInfo:
    is_good = session.state is SessionState.PENDING
    return AuthorizationInfo(
        allowed=ALLOWED if is_good else NOT_ALLOWED,
        token=one_time_token(await our_party(work), session.id_tag, work.now),
        location=place if is_good else None,
        authorization_reference=session.id_tag,
    )
