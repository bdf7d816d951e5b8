"""By which names tokens of platforms are kept: a uid can be one of several types."""

from typing import Final

from app.roaming.received.model import TOKENS, Name
from app.roaming.wire.tokens import Token

# OCPI, TokenType, but for RFID, which is meant where no type is named.
_OTHER_TYPES: Final = ("AD_HOC_USER", "APP_USER", "EMAID", "OTHER")


def object_id_of(uid: str, kind: str = "") -> str:
    """Return the id of the token *uid* of a type; one of RFID, or of no type at all, is the uid."""
    named = kind.upper()
    return f"{uid}?type={named}" if named in _OTHER_TYPES else uid


def every_object_id_of(uid: str) -> tuple[str, ...]:
    """Return the ids that tokens of this *uid* can have, the card first."""
    return (uid, *(object_id_of(uid, kind) for kind in _OTHER_TYPES))


def of_type(name: Name, token: Token) -> Name:
    """Return *name*, which names the uid, with the type of *token*."""
    assert name.module == TOKENS, "nothing else has types"  # noqa: S101
    return Name(
        name.platform_id,
        TOKENS,
        name.country_code,
        name.party_id,
        object_id_of(token.uid, token.type),
    )
