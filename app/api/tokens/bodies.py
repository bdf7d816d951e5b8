"""What callers send and get back about tokens."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import PathParameter
from msgspec import Meta, Struct

from app.charging.tokens.claim import CardKeys
from app.charging.tokens.model import Payer, Token
from app.directpay.cards.keep import OwnedToken, TokenWish

TokenId = Annotated[UUID, PathParameter(description="The token's id.")]
MOST_TOKENS = 50


class TokenList(Struct, frozen=True, forbid_unknown_fields=True):
    """Tokens to keep: all of them, or none."""

    tokens: Annotated[list[TokenWish], Meta(min_length=1, max_length=MOST_TOKENS)]


class TokenSought(Struct, frozen=True, forbid_unknown_fields=True):
    """A token as a reader tells it, in whatever order of its bytes."""

    uid: Annotated[str, Meta(min_length=1, max_length=64)]


class BlockOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a token is to start nothing any more."""

    reason: Annotated[str, Meta(min_length=1, max_length=140)]


class TokenView(Struct, frozen=True):
    """
    A token in the words of OCPI.

    *email* is whose it is. *code* is what its driver types to make it theirs, null where nobody can
    (any more). *blocked* says why it is not *valid*.
    """

    id: UUID
    uid: str
    type: str
    contract_id: str
    visual_number: str | None
    issuer: str
    group_id: str | None
    valid: bool
    blocked: str | None
    whitelist: str
    language: str | None
    default_profile_type: str | None
    email: str | None
    payer: str
    account_id: UUID | None
    expires_at: datetime | None
    last_updated: datetime
    code: str | None


class Tokens(Struct, frozen=True):
    """A page of tokens; *next* is the cursor of the next one, null at the end."""

    tokens: tuple[TokenView, ...]
    next: str | None = None


def token_view(owned: OwnedToken, keys: CardKeys) -> TokenView:
    """Return a token as its operator gets it."""
    token = owned.token
    return TokenView(
        id=token.token_id,
        uid=token.uid,
        type=token.type,
        contract_id=token.contract_id,
        visual_number=token.visual_number,
        issuer=token.issuer,
        group_id=token.group_id,
        valid=token.valid,
        blocked=token.blocked or None,
        whitelist=token.whitelist,
        language=token.language,
        default_profile_type=token.default_profile_type,
        email=owned.address,
        payer=token.payer,
        account_id=token.account_id,
        expires_at=token.expires_at,
        last_updated=token.last_updated,
        code=keys.code_of(token.token_id) if _is_free(token) else None,
    )


def _is_free(token: Token) -> bool:
    is_somebodys = token.driver_id is not None or token.payer is not Payer.WALLET
    return not is_somebodys and token.visual_number is not None
