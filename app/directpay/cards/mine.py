"""A driver's own cards: seen, added, blocked."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.charging.tokens.block import block_token
from app.charging.tokens.claim import CardKeys, claim_card
from app.charging.tokens.errors import CardRefused, TokenNotFound
from app.charging.tokens.model import Token
from app.charging.tokens.own import give_back, name_token, own_token
from app.charging.tokens.read import tokens_of
from app.directpay.desk import Desk
from app.infra.limits import Limit, TooManyRequests
from app.people.identity.drivers.model import Driver

# A code has 31^8 forms: at this rate, guessing one takes millions of years.
TRIES: Final = Limit("card", 10, timedelta(minutes=10))
_BY_DRIVER: Final = "blocked by the driver"


async def cards_of(driver: Driver, *, desk: Desk) -> list[Token]:
    """Return a driver's cards."""
    async with desk.database.work(driver.operator_id) as work:
        return await tokens_of(work, driver.driver_id)


async def add_card(driver: Driver, visual_number: str, code: str, *, desk: Desk) -> Token:
    """
    Make a card the driver's, by its number and the code that came with it.

    Safe to repeat. Raises CardRefused, and TooManyRequests for who guesses.
    """
    number, left = await desk.limits.count(TRIES, str(driver.driver_id))
    if number > TRIES.most:
        detail = "too many cards were tried"
        raise TooManyRequests(detail, limit=TRIES.most, retry_after=left)
    if not visual_number.isprintable() or not visual_number.strip():
        raise CardRefused("a card has a number")
    async with desk.database.work(driver.operator_id) as work:
        return await claim_card(work, driver.driver_id, visual_number, code, keys=card_keys(desk))


async def block_card(driver: Driver, token_id: UUID, *, desk: Desk) -> Token:
    """Block a card of the driver's that is lost. Safe to repeat. Raises TokenNotFound."""
    async with desk.database.work(driver.operator_id) as work:
        return await block_token(work, token_id, _BY_DRIVER, driver_id=driver.driver_id)


async def name_card(driver: Driver, token_id: UUID, name: str, *, desk: Desk) -> Token:
    """Call a card or a car of the driver's something. Raises TokenNotFound and TokenInvalid."""
    async with desk.database.work(driver.operator_id) as work:
        token = await own_token(work, token_id, driver.driver_id)
        return await name_token(work, token, name)


async def remove_card(driver: Driver, token_id: UUID, *, desk: Desk) -> None:
    """Let a card be the driver's no longer. Raises TokenNotFound and TokenInvalid."""
    async with desk.database.work(driver.operator_id) as work:
        token = await own_token(work, token_id, driver.driver_id)
        if token.is_vehicle:
            raise TokenNotFound("the driver has no card with this id", token_id=str(token_id))
        await give_back(work, token)


def card_keys(desk: Desk) -> CardKeys:
    """Return what makes and checks the codes of cards."""
    return CardKeys((desk.secrets.key, *desk.secrets.former))
