"""Take over tokens as an operator's own programs and lists tell of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from app.charging.tokens.errors import TokenInvalid
from app.charging.tokens.model import Payer, Token, TokenType, Whitelist
from app.charging.tokens.read import get_token
from app.charging.tokens.save import TokenOrder, save_tokens
from app.funds.postpaid.manage import account_named
from app.infra.database import Database, Work
from app.people.identity.drivers.add import driver_for
from app.people.identity.drivers.read import find_driver
from app.people.identity.model import Operator
from app.people.identity.read import get_operator


class TokenWish(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """
    A token, in the words of OCPI.

    *email* is the address of whose it is; without one it waits to be claimed, or stays whose it is.
    With *payer* `account` the account named *account* (in *currency*) pays; `nobody` is a service
    card. Without an *issuer* it is the operator's.
    """

    uid: Annotated[str, Meta(min_length=1, max_length=64)]
    type: TokenType = TokenType.RFID
    contract_id: str | None = None
    visual_number: str | None = None
    issuer: str | None = None
    group_id: str | None = None
    whitelist: Whitelist = Whitelist.NEVER
    language: str | None = None
    default_profile_type: str | None = None
    email: Annotated[str, Meta(max_length=254)] | None = None
    payer: Payer = Payer.WALLET
    account: str | None = None
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "EUR"
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


@dataclass(frozen=True, slots=True)
class OwnedToken:
    """A token, and the mail *address* of whose it is; None: nobody's."""

    token: Token
    address: str | None


async def keep_tokens(
    wishes: Sequence[TokenWish], *, operator_id: UUID, database: Database
) -> list[OwnedToken]:
    """
    Keep all tokens of a list, or none; the same list again changes nothing.

    Raises TokenInvalid, NotAnAddress, ChargeAccountNotFound, AccountNotFound.
    """
    async with database.work(operator_id) as work:
        return [await owned(work, token) for token in await take_tokens(work, wishes)]


async def take_tokens(work: Work, wishes: Sequence[TokenWish]) -> list[Token]:
    """Step: keep all tokens of a list, as `keep_tokens` does, and raise what it raises."""
    operator = await get_operator(work)
    return await save_tokens(work, [await _order(work, wish, operator) for wish in wishes])


async def owned(work: Work, token: Token) -> OwnedToken:
    """Step: return a token with whose it is."""
    if token.driver_id is None:
        return OwnedToken(token, None)
    driver = await find_driver(work, token.driver_id)
    return OwnedToken(token, None if driver is None else driver.email)


async def owned_token(work: Work, token_id: UUID) -> OwnedToken:
    """Step: return the token with this id and whose it is. Raises TokenNotFound."""
    return await owned(work, await get_token(work, token_id))


async def _order(work: Work, wish: TokenWish, operator: Operator) -> TokenOrder:
    driver_id, account_id = None, None
    if wish.email:
        driver = await driver_for(work, wish.email, wish.language or operator.languages[0])
        driver_id = driver.driver_id
    if wish.payer is Payer.ACCOUNT:
        if not wish.account:
            raise TokenInvalid(f"{wish.uid}: the account that pays is named", uid=wish.uid)
        account_id = (await account_named(work, wish.account, wish.currency)).account_id
    return TokenOrder(
        uid=wish.uid,
        issuer=wish.issuer or operator.brand.name,
        type=wish.type,
        contract_id=wish.contract_id,
        visual_number=wish.visual_number,
        group_id=wish.group_id,
        whitelist=wish.whitelist,
        language=wish.language,
        default_profile_type=wish.default_profile_type,
        driver_id=driver_id,
        payer=wish.payer,
        account_id=account_id,
        expires_at=wish.expires_at,
    )
