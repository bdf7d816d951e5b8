"""Read charging points inside another's transaction."""

import re
from collections.abc import Collection, Sequence
from uuid import UUID

from app.charging.chargers import store
from app.charging.chargers.errors import EvseNotFound, UnknownCode
from app.charging.chargers.model import Evse, Location
from app.charging.chargers.near import store as near
from app.infra.database import Work
from app.infra.question import Question, answer, needed
from app.infra.ready import Look

# "E-mobility ID-codes": country, party, `E` and the outlet.
_EVSE_ID = re.compile(r"[A-Z]{2}[A-Z0-9]{3}E[A-Z0-9]{1,42}", re.ASCII)


async def get_evse(work: Work, evse_uid: str) -> Evse:
    """Return the operator's EVSE. A step of the caller's transaction. Raises EvseNotFound."""
    return await answer(work, evse_with_uid(work.operator_id, evse_uid))


def evse_with_uid(operator_id: UUID, evse_uid: str) -> Question[Evse]:
    """Ask for the operator's EVSE. Reading the answer raises EvseNotFound."""
    missing = EvseNotFound("the operator has no such EVSE", evse_uid=evse_uid)
    return needed(store.evse_of_uid(operator_id, evse_uid), missing)


async def evses_named(work: Work, evse_uids: Collection[str]) -> dict[str, Evse]:
    """Return the operator's EVSEs in use with these uids, by uid: a step."""
    return {evse.evse_uid: evse for evse in await store.evses_named(work, evse_uids)}


async def evse_of_code(look: Look, code: str) -> Evse:
    """
    Return the EVSE whose QR code holds *code*, or whose EVSE id it is, whosever it is.

    A driver may type what is printed: `NL*DPY*E1001`, `nl-dpy-e1001` and `NLDPYE1001` are the same.
    Raises UnknownCode.
    """
    text = code.strip().upper()
    # PostgreSQL's texts hold no NUL, so no code does; asking for one would be an error of its own.
    evse = await store.evse_of_code(look, text) if "\0" not in text else None
    if evse is None and _EVSE_ID.fullmatch(plain := text.replace("*", "").replace("-", "")):
        evse = await store.evse_of_evse_id(look, plain)
    if evse is None:
        raise UnknownCode("no charging point has this code", code=code[:40])
    return evse


def evse_now(evse: Evse) -> Question[Evse | None]:
    """Ask for *evse* with its status and connection of now; None when it was taken away."""
    return store.evse_now(evse)


async def evses_of(work: Work, identity: str) -> list[Evse]:
    """Return the EVSEs of a charge point by number. A step of the caller's transaction."""
    return await store.evses_of_station(work, identity)


async def evses_among(
    work: Work, *, location_ids: Sequence[str] = (), evse_uids: Sequence[str] = ()
) -> list[Evse]:
    """Return the operator's EVSEs at these places or of these uids; all of them without. A step."""
    return await store.evses_among(work, location_ids, evse_uids)


async def nearest_free(work: Work, location: Location, limit: int = 3) -> list[tuple[Evse, int]]:
    """
    Return the operator's free EVSEs with their distance in metres, the nearest first.

    Free means available, reachable and within about 100 km. A step of the caller's transaction.
    """
    return await near.free_evses_near(work, location, limit)
