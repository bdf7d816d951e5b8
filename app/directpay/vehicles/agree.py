"""A driver lets a car start by itself, once and for all, and takes it back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.charging.chargers.errors import EvseNotFound
from app.charging.chargers.read import get_evse
from app.charging.tokens.errors import TokenNotFound
from app.charging.tokens.model import Token
from app.charging.tokens.read import get_token, tokens_of
from app.charging.tokens.save import forget_token, save_vehicle
from app.directpay.desk import Desk
from app.directpay.errors import VehicleRefused
from app.directpay.vehicles import store
from app.directpay.vehicles.model import MOST_VEHICLES, OFFERED_FOR, WORDS
from app.infra.database import Work
from app.people.identity.drivers.model import Driver
from app.people.identity.read import get_operator


@dataclass(frozen=True, slots=True)
class Offer:
    """A car of the driver's own session: *session_id* names it, *place* is where it was."""

    session_id: UUID
    place: str
    seen_at: datetime


async def offers_for(driver: Driver, *, desk: Desk) -> list[Offer]:
    """Return the cars that the driver charged within a day and nobody has agreed to."""
    async with desk.database.work(driver.operator_id) as work:
        found = await store.offered_to(work, driver.driver_id, work.now - OFFERED_FOR)
        return [
            Offer(each.session_id, await _place(work, each.evse_uid), each.seen_at)
            for each in found
            if each.session_id is not None
        ]


async def agree(driver: Driver, session_id: UUID, words: str, *, desk: Desk) -> Token:
    """
    Let the car of the driver's own session start by itself from now on, on the driver's credit.

    *words* are those that were agreed to. Raises VehicleRefused.
    """
    if words != WORDS:
        raise VehicleRefused("the words that were agreed to are not ours")
    async with desk.database.work(driver.operator_id) as work:
        own = await tokens_of(work, driver.driver_id)
        if len([each for each in own if each.is_vehicle]) >= MOST_VEHICLES:
            raise VehicleRefused(f"a driver has at most {MOST_VEHICLES} cars")
        found = await store.offered_to(work, driver.driver_id, work.now - OFFERED_FOR)
        seen = next((each for each in found if each.session_id == session_id), None)
        if seen is None:
            raise VehicleRefused("no car of the driver's was seen with this session")
        issuer = (await get_operator(work)).brand.name
        token = await save_vehicle(work, seen.uid, driver.driver_id, issuer)
        await store.add_consent(work, token.token_id, driver.driver_id, WORDS)
        await store.forget(work, seen.uid)
        return token


async def take_back(driver: Driver, token_id: UUID, *, desk: Desk) -> None:
    """Let a car start by itself no more, and forget its id. Raises TokenNotFound."""
    async with desk.database.work(driver.operator_id) as work:
        token = await get_token(work, token_id)
        if token.driver_id != driver.driver_id or not token.is_vehicle:
            raise TokenNotFound("the driver has no car with this id", token_id=str(token_id))
        await _forget(work, token)


async def forget_vehicles(work: Work, driver_id: UUID) -> None:
    """Forget all cars of a driver who leaves. A step."""
    for token in await tokens_of(work, driver_id):
        if token.is_vehicle:
            await _forget(work, token)


async def _forget(work: Work, token: Token) -> None:
    await forget_token(work, token)
    await store.end_consent(work, token.token_id)


async def _place(work: Work, evse_uid: str) -> str:
    try:
        return (await get_evse(work, evse_uid)).location.name
    except EvseNotFound:
        return ""
