"""A driver's cards and tags, from an app: listed, added, named, blocked, given back."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from app.api.answers import answer, private
from app.api.cards.bodies import (
    CALLED,
    CARD,
    CARD_WANTED,
    CARDS,
    Called,
    CardEntry,
    Cards,
    CardWanted,
    card_entry,
)
from app.api.cards.whose import driver_in, named, require_kind, shown
from app.api.contract.versions import IfMatch, VersionChanged, require_match, versioned
from app.api.counter import AnyRequest, Counter
from app.api.drivers.caller import for_drivers
from app.charging.tokens.errors import CardRefused, TokenInvalid, TokenNotFound
from app.charging.tokens.model import Token
from app.directpay.cards.mine import add_card, block_card, cards_of, remove_card
from app.infra.limits import TooManyRequests

CardId = Annotated[UUID, PathParameter(description="Which one of the list.")]


@get(
    "/me/cards",
    operation_id="listCards",
    summary="The driver's cards",
    description="The oldest first. A card at the reader begins a session, paid from the driver's "
    "credit or by the account that the operator has given it.",
    **for_drivers({200: answer(Cards, "All of them", CARDS)}),
)
async def list_cards(request: AnyRequest, counter: NamedDependency[Counter]) -> Response[Cards]:
    """Answer the driver's cards."""
    driver = await driver_in(request, counter)
    found = await cards_of(driver, desk=counter.desk)
    return private(Cards(tuple(card_entry(each) for each in found if not each.is_vehicle)))


@post(
    "/me/cards",
    operation_id="addCard",
    summary="Add a card",
    description="Makes a card the driver's, by what is printed on it and the code that came with "
    "it. Sending it again changes nothing; who guesses is stopped.",
    status_code=201,
    **for_drivers({201: answer(CardEntry, "The card", CARD)}, CardRefused, TooManyRequests),
)
async def add_one_card(
    request: AnyRequest,
    data: Annotated[CardWanted, Body(examples=[Example(summary="A card", value=CARD_WANTED)])],
    counter: NamedDependency[Counter],
) -> Response[CardEntry]:
    """Make a card the driver's."""
    driver = await driver_in(request, counter)
    return private(card_entry(await add_card(driver, data.number, data.code, desk=counter.desk)))


@get(
    "/me/cards/{card_id:uuid}",
    operation_id="getCard",
    summary="One card",
    description="One of the list, with the ETag by which it can be edited.",
    **for_drivers({200: answer(CardEntry, "The card", CARD)}, TokenNotFound),
)
async def get_card(
    request: AnyRequest, card_id: CardId, counter: NamedDependency[Counter]
) -> Response[CardEntry]:
    """Answer one of the driver's cards."""
    found = await shown(request, card_id, counter)
    require_kind(found, is_vehicle=False)
    return versioned(card_entry(found))


@patch(
    "/me/cards/{card_id:uuid}",
    operation_id="nameCard",
    summary="Name a card",
    description="Calls it something else. Sending it again changes nothing.",
    **for_drivers(
        {200: answer(CardEntry, "The card", CARD)}, TokenNotFound, TokenInvalid, VersionChanged
    ),
)
async def name_one_card(
    request: AnyRequest,
    card_id: CardId,
    data: Annotated[Called, Body(examples=[Example(summary="A name", value=CALLED)])],
    counter: NamedDependency[Counter],
    if_match: IfMatch = None,
) -> Response[CardEntry]:
    """Name one of the driver's cards."""

    def unchanged(token: Token) -> None:
        require_kind(token, is_vehicle=False)
        require_match(if_match, card_entry(token))

    return versioned(card_entry(await named(request, card_id, data.name, unchanged, counter)))


@post(
    "/me/cards/{card_id:uuid}/block",
    operation_id="blockCard",
    summary="Block a card",
    description="A lost card begins no session any more, here and at other platforms; one that "
    "runs goes on. Only the operator lets it charge again.",
    status_code=200,
    **for_drivers({200: answer(CardEntry, "The card", CARD)}, TokenNotFound),
)
async def block_one_card(
    request: AnyRequest, card_id: CardId, counter: NamedDependency[Counter]
) -> Response[CardEntry]:
    """Block one of the driver's cards."""
    driver = await driver_in(request, counter)
    return private(card_entry(await block_card(driver, card_id, desk=counter.desk)))


@delete(
    "/me/cards/{card_id:uuid}",
    operation_id="removeCard",
    summary="Give a card back",
    description="It is nobody's afterwards, and begins no session; with its number and code it can "
    "be added again. A card that an account of the operator's pays for is the operator's to take.",
    status_code=204,
    **for_drivers(
        {204: ResponseSpec(None, description="It is the driver's no longer")},
        TokenNotFound,
        TokenInvalid,
    ),
)
async def remove_one_card(
    request: AnyRequest, card_id: CardId, counter: NamedDependency[Counter]
) -> None:
    """Let a card be the driver's no longer."""
    await remove_card(await driver_in(request, counter), card_id, desk=counter.desk)
