"""Pair a charge point where it stands: with its code alone, and those of its stickers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.charging.chargers.errors import EvseNotFound, UnknownCode
from app.charging.chargers.pairing import store
from app.charging.chargers.pairing.claim import claim_charge_point
from app.charging.chargers.pairing.errors import AttemptNotFound, CodeUsed
from app.charging.chargers.pairing.model import Attempt, code_digest
from app.charging.chargers.read import evse_of_code
from app.infra.database import EVERY_OPERATOR, Database
from app.infra.ready import Look


@dataclass(frozen=True, slots=True)
class Waiting:
    """The operator that a code is of, and the charge points that showed it."""

    operator_id: UUID
    attempts: Sequence[Attempt]


async def waiting_with(code: str, *, database: Database) -> Waiting:
    """Return who knocked with a pairing *code*. Raises CodeUsed unless it is good now."""
    async with database.work(EVERY_OPERATOR) as work:
        found = await store.open_code(work, code_digest(code.strip().upper().encode()))
    if found is None:
        raise CodeUsed("make another pairing code, and set it in the charge point")
    operator_id, code_id = found
    async with database.work(operator_id) as work:
        return Waiting(operator_id, await store.attempts_with(work, code_id))


async def pair_on_site(
    code: str, identity: str, stickers: Mapping[int, str], *, database: Database
) -> None:
    """
    Claim the charge point *identity* with the *code* that it shows.

    *stickers* are the codes at its sockets, by number. Whoever has a pairing code takes no socket
    away from a charge point that works. Raises CodeUsed, AttemptNotFound, IdentityTaken, and
    EvseNotFound for a socket that is not the operator's, or is connected.
    """
    waiting = await waiting_with(code, database=database)
    if identity not in {each.identity for each in waiting.attempts}:
        raise AttemptNotFound("no such charge point has shown the code", identity=identity)
    async with database.look() as look:
        evses = {
            await _free_evse(look, waiting.operator_id, sticker): number
            for number, sticker in stickers.items()
        }
    async with database.work(waiting.operator_id) as work:
        await claim_charge_point(work, identity, evses)


async def _free_evse(look: Look, operator_id: UUID, sticker: str) -> str:
    try:
        evse = await evse_of_code(look, sticker)
    except UnknownCode as unknown:
        raise EvseNotFound("no charging point has this code", code=sticker) from unknown
    if evse.operator_id != operator_id or evse.connected:
        raise EvseNotFound("no charging point that is free has this code", code=sticker)
    return evse.evse_uid
