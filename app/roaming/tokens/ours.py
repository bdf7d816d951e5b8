"""Tokens of ours: the one-time ones of paid sessions, which nobody may use a second time."""

from app.charging.sessions.model import Session, SessionState
from app.charging.sessions.read import session_of_id_tag
from app.infra.database import Work
from app.roaming.abroad.model import one_time_token
from app.roaming.errors import OcpiObjectUnknown
from app.roaming.platforms.find import our_party
from app.roaming.received.model import TOKENS
from app.roaming.tokens.authorise import ALLOWED, NOT_ALLOWED
from app.roaming.wire.tokens import AuthorizationInfo, LocationReferences


async def authorise_ours(
    work: Work, uid: str, place: LocationReferences | None
) -> AuthorizationInfo:
    """
    Return whether a token of ours may charge: a paid start that waits for its car, and no other.

    A step of the caller's transaction. Raises OcpiObjectUnknown for what is no token of ours.
    """
    session = await session_of_id_tag(work, uid)
    if session is None:
        raise OcpiObjectUnknown(f"there is no token {uid}", module=TOKENS)
    is_good = session.state is SessionState.PENDING
    return AuthorizationInfo(
        allowed=ALLOWED if is_good else NOT_ALLOWED,
        token=one_time_token(await our_party(work), uid, work.now),
        location=place if is_good else None,
        authorization_reference=_reference(session),
    )


def _reference(session: Session) -> str:
    return session.id_tag
