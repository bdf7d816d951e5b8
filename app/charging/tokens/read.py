"""Find tokens: by what a reader saw, by whose they are, page by page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.charging.tokens import store
from app.charging.tokens.errors import TokenNotFound
from app.charging.tokens.model import VEHICLE, Token, best_of, normal, spellings
from app.infra.database import Work


async def token_of_uid(work: Work, uid: str) -> Token | None:
    """Return the operator's token that a reader calls *uid*, in whatever order, or None. A step."""
    if normal(uid).startswith(VEHICLE):
        return None  # a car tells its own id, and nobody the digest of it
    return best_of(await store.of_uids(work, spellings(uid)), uid)


async def token_named(work: Work, uid: str) -> Token | None:
    """Return the operator's token with exactly this uid, or None. A step."""
    return next(iter(await store.of_uids(work, [uid])), None)


async def get_token(work: Work, token_id: UUID) -> Token:
    """Return the token with this id. A step. Raises TokenNotFound."""
    found = await store.by_id(work, token_id)
    if found is None:
        raise TokenNotFound("the operator has no token with this id", token_id=str(token_id))
    return found


async def tokens_of(work: Work, driver_id: UUID) -> list[Token]:
    """Return the tokens of a driver. A step."""
    return await store.of_driver(work, driver_id)


async def token_page(work: Work, after: UUID | None, most: int) -> list[Token]:
    """Return at most *most* tokens from behind the id *after*. A step."""
    return await store.page(work, after, most)


async def tokens_abroad(work: Work, window: Mapping[str, Any]) -> tuple[list[Token], int]:
    """
    Return a page of the tokens that may be used elsewhere, and how many there are in all. A step.

    *window* has since, until, offset and limit; they come by when they changed.
    """
    return await store.abroad(work, window)


async def any_listed(work: Work) -> bool:
    """Tell whether there is a token that a charge point may know by itself. A step."""
    return await store.any_listed(work)


async def listed_tokens(work: Work, most: int) -> list[Token]:
    """Return at most *most* tokens that a charge point may know by itself. A step."""
    return await store.listed(work, most)
