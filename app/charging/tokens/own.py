"""A driver names a card or a car of theirs, and gives a card back."""

from dataclasses import replace
from uuid import UUID

from app.charging.tokens import store
from app.charging.tokens.errors import TokenInvalid, TokenNotFound
from app.charging.tokens.events import TokensChanged
from app.charging.tokens.model import Payer, Token
from app.infra.database import Work


async def own_token(work: Work, token_id: UUID, driver_id: UUID) -> Token:
    """Return a token of a driver's, its row locked. A step. Raises TokenNotFound."""
    token = await store.by_id(work, token_id, lock=True)
    if token is None or token.driver_id != driver_id:
        raise TokenNotFound("the driver has no token with this id", token_id=str(token_id))
    return token


async def name_token(work: Work, token: Token, name: str) -> Token:
    """Call a locked *token* something else; an empty name is none. A step. Raises TokenInvalid."""
    shown = " ".join(name.split())
    if not shown.isprintable():
        raise TokenInvalid("a name can be read", field="name")
    named = replace(token, name=shown)
    await store.put(work, [named])
    return named


async def give_back(work: Work, token: Token) -> None:
    """
    Let a locked card be nobody's again: with its number and code it can be added anew. A step.

    What the operator pays for, or lets be paid later, is not the driver's to give away: raises
    TokenInvalid.
    """
    if token.payer is not Payer.WALLET:
        raise TokenInvalid("this card is the operator's: ask them to take it back")
    free = replace(token, driver_id=None, name="", last_updated=work.now)
    await store.put(work, [free])
    await work.emit(TokensChanged(frozenset({token.uid})))
