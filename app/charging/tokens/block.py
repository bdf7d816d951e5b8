"""Block a token, as its driver or the operator says, and let it charge again."""

from dataclasses import replace
from uuid import UUID

from app.charging.tokens import store
from app.charging.tokens.errors import TokenNotFound
from app.charging.tokens.events import TokensChanged
from app.charging.tokens.model import Token
from app.infra.database import Work


async def block_token(
    work: Work, token_id: UUID, why: str, *, driver_id: UUID | None = None
) -> Token:
    """
    Let a token start nothing any more; sessions under way go on. Safe to repeat. A step.

    With *driver_id* only a token of that driver's. Raises TokenNotFound.
    """
    token = await _locked(work, token_id)
    if driver_id is not None and token.driver_id != driver_id:
        raise TokenNotFound("the driver has no token with this id", token_id=str(token_id))
    return await _keep(work, token, valid=False, blocked=token.blocked or why)


async def unblock_token(work: Work, token_id: UUID) -> Token:
    """Let a token charge again. Safe to repeat. A step. Raises TokenNotFound."""
    return await _keep(work, await _locked(work, token_id), valid=True, blocked="")


async def _locked(work: Work, token_id: UUID) -> Token:
    token = await store.by_id(work, token_id, lock=True)
    if token is None:
        raise TokenNotFound("the operator has no token with this id", token_id=str(token_id))
    return token


async def _keep(work: Work, token: Token, *, valid: bool, blocked: str) -> Token:
    if token.valid is valid:
        return token
    changed = replace(token, valid=valid, blocked=blocked, last_updated=work.now)
    await store.put(work, [changed])
    await work.emit(TokensChanged(frozenset({token.uid})))
    return changed
