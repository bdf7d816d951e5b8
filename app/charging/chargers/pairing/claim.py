"""Claim a charge point that showed a pairing code."""

from collections.abc import Mapping

from app.charging.chargers.errors import EvseNotFound
from app.charging.chargers.pairing import store
from app.charging.chargers.pairing.errors import AttemptNotFound, CodeUsed, IdentityTaken
from app.infra.database import Work


async def claim_charge_point(work: Work, identity: str, evses: Mapping[str, int]) -> None:
    """
    Make the charge point that showed a code of the operator one of its own; the code is used up.

    *evses* are uids of the operator's EVSEs with their number there: a station that was replaced,
    or configured before it was mounted. The code stays its password until that is rotated. A step
    of the caller's transaction. Raises AttemptNotFound, CodeUsed, IdentityTaken, EvseNotFound.
    """
    taken = await store.take_attempt(work, identity) if "\0" not in identity else None
    if taken is None:
        raise AttemptNotFound("no such charge point has shown a code", identity=identity)
    code_id, credential = taken
    if not await store.use_code(work, code_id, identity):
        raise CodeUsed("make another pairing code, and set it in the charge point")
    if not await store.add_charge_point(work, identity, credential):
        raise IdentityTaken("choose another identity in the charge point", identity=identity)
    for evse_uid, number in evses.items():
        if not await store.move_evse(work, evse_uid, identity, number):
            raise EvseNotFound("the operator has no such EVSE", evse_uid=evse_uid)
