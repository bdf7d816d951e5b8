"""An operator's own programs and its tokens."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import answer, private
from app.api.counter import AnyRequest, Counter
from app.api.errors import InvalidRequest
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.problems import declared
from app.api.stations.bodies import Cursor, Limit
from app.api.tokens.bodies import (
    BlockOrder,
    TokenId,
    TokenList,
    Tokens,
    TokenSought,
    TokenView,
    token_view,
)
from app.api.tokens.examples import BLOCK, LIST, SOUGHT, TOKEN, TOKENS
from app.charging.tokens.block import block_token, unblock_token
from app.charging.tokens.errors import TokenInvalid, TokenNotFound
from app.charging.tokens.read import token_of_uid, token_page
from app.directpay.cards.keep import keep_tokens, owned
from app.directpay.cards.mine import card_keys
from app.funds.payments.errors import AccountNotFound
from app.funds.postpaid.errors import ChargeAccountNotFound
from app.people.identity.drivers.errors import NotAnAddress
from app.people.identity.keys.model import Scope

_DEFAULT_ROWS = 50
_TOKEN = answer(TokenView, "The token", TOKEN)
_TOKENS = answer(Tokens, "Tokens", TOKENS)


@post(
    "/operator/tokens",
    operation_id="keepTokens",
    summary="Keep tokens",
    description="Creates tokens, or changes those whose uid is known: all of the list or none of "
    "it. The same list again changes nothing; who has a token keeps it where no `email` is given, "
    "and one that is blocked stays so. Needs the scope `tokens:write`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TOKENS_WRITE)],
    status_code=200,
    responses={
        200: _TOKENS,
        **declared(
            *KEY_REFUSALS, TokenInvalid, NotAnAddress, ChargeAccountNotFound, AccountNotFound
        ),
    },
)
async def keep_token_list(
    request: AnyRequest,
    data: Annotated[TokenList, Body(examples=[Example(summary="A card", value=LIST)])],
    counter: NamedDependency[Counter],
) -> Response[Tokens]:
    """Keep the list."""
    kept = await keep_tokens(
        data.tokens,
        operator_id=caller_of(request).operator_id,
        database=counter.desk.database,
    )
    keys = card_keys(counter.desk)
    return private(Tokens(tuple(token_view(each, keys) for each in kept)))


@get(
    "/operator/tokens",
    operation_id="listTokens",
    summary="Tokens",
    description="The operator's tokens, the oldest first. Needs the scope `tokens:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TOKENS_READ)],
    responses={200: _TOKENS, **declared(*KEY_REFUSALS)},
)
async def list_tokens(
    request: AnyRequest,
    counter: NamedDependency[Counter],
    cursor: Cursor = None,
    limit: Limit = _DEFAULT_ROWS,
) -> Response[Tokens]:
    """Answer a page of tokens."""
    keys, after = card_keys(counter.desk), _place(cursor)
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await token_page(work, after, limit + 1)
        page = tuple([token_view(await owned(work, each), keys) for each in found[:limit]])
    return private(Tokens(page, str(page[-1].id) if len(found) > limit else None))


@post(
    "/operator/tokens/search",
    operation_id="findToken",
    summary="A token",
    description="By its uid as a reader tells it; it is in the body, so that it stands in no log. "
    "Needs the scope `tokens:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TOKENS_READ)],
    status_code=200,
    responses={200: _TOKEN, **declared(*KEY_REFUSALS, TokenNotFound)},
)
async def find_token(
    request: AnyRequest,
    data: Annotated[TokenSought, Body(examples=[Example(summary="A card", value=SOUGHT)])],
    counter: NamedDependency[Counter],
) -> Response[TokenView]:
    """Answer what is known of it."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        # PostgreSQL's texts hold no NUL, so no uid does.
        found = None if "\0" in data.uid else await token_of_uid(work, data.uid)
        if found is None:
            raise TokenNotFound("the operator has no token with this uid")
        whose = await owned(work, found)
    return private(token_view(whose, card_keys(counter.desk)))


@post(
    "/operator/tokens/{token_id:uuid}/block",
    operation_id="blockToken",
    summary="Block a token",
    description="It starts nothing any more; sessions under way go on. Needs the scope "
    "`tokens:write`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TOKENS_WRITE)],
    status_code=200,
    responses={200: _TOKEN, **declared(*KEY_REFUSALS, TokenNotFound)},
)
async def block_one_token(
    request: AnyRequest,
    token_id: TokenId,
    data: Annotated[BlockOrder, Body(examples=[Example(summary="Lost", value=BLOCK)])],
    counter: NamedDependency[Counter],
) -> Response[TokenView]:
    """Block it."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        whose = await owned(work, await block_token(work, token_id, data.reason))
    return private(token_view(whose, card_keys(counter.desk)))


@post(
    "/operator/tokens/{token_id:uuid}/unblock",
    operation_id="unblockToken",
    summary="Let a token charge again",
    description="After it was found. Needs the scope `tokens:write`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TOKENS_WRITE)],
    status_code=200,
    responses={200: _TOKEN, **declared(*KEY_REFUSALS, TokenNotFound)},
)
async def unblock_one_token(
    request: AnyRequest, token_id: TokenId, counter: NamedDependency[Counter]
) -> Response[TokenView]:
    """Unblock it."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        whose = await owned(work, await unblock_token(work, token_id))
    return private(token_view(whose, card_keys(counter.desk)))


def _place(cursor: str | None) -> UUID | None:
    try:
        return None if cursor is None else UUID(cursor)
    except ValueError as wrong:
        raise InvalidRequest("this is no cursor of ours", field="cursor") from wrong
