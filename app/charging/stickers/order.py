"""Order stickers: which points get one, and what each of them says."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.charging.chargers.model import Evse
from app.charging.chargers.read import evses_among
from app.charging.stickers import store
from app.charging.stickers.errors import StickerNotFound, StickerOrderInvalid
from app.charging.stickers.model import GOOD, Sticker, StickerState
from app.infra.database import Work

# As many as fit into one file that a person can still open.
MOST_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which stickers are wanted, in which *layout*, *by* whom.

    New ones of the points at some places or of some uids (neither: of all points); or *serials*
    once more, as they are.
    """

    layout: str
    by: str
    location_ids: Sequence[str] = ()
    evse_uids: Sequence[str] = ()
    serials: Sequence[str] = ()


async def order_stickers(work: Work, wanted: Wanted) -> list[tuple[Sticker, Evse]]:
    """
    Return the stickers to print with their EVSEs, new ones entered in the register. A step.

    Raises StickerOrderInvalid and StickerNotFound.
    """
    if wanted.serials:
        return await _again(work, wanted)
    evses = await _points(work, wanted)
    before = await store.last_numbers(work, [evse.evse_uid for evse in evses])
    new = [
        Sticker(
            evse_uid=evse.evse_uid,
            code=evse.code,
            number=before.get(evse.evse_uid, 0) + 1,
            layout=wanted.layout,
            state=StickerState.PRINTED,
            printed_at=work.now,
            printed_by=wanted.by,
        )
        for evse in evses
    ]
    await store.add(work, new)
    return list(zip(new, evses, strict=True))


async def _points(work: Work, wanted: Wanted) -> list[Evse]:
    evses = await evses_among(work, location_ids=wanted.location_ids, evse_uids=wanted.evse_uids)
    known = {evse.location.location_id for evse in evses} | {evse.evse_uid for evse in evses}
    for name in (*wanted.location_ids, *wanted.evse_uids):
        if name not in known:
            raise StickerOrderInvalid(f"there is no charging point {name!r}", field="points")
    _check_number(len(evses))
    return evses


async def _again(work: Work, wanted: Wanted) -> list[tuple[Sticker, Evse]]:
    _check_number(len(wanted.serials))
    known = {each.serial: each for each in await store.of_operator(work, None, None)}
    found = []
    for serial in wanted.serials:
        sticker = known.get(serial)
        if sticker is None or sticker.state not in GOOD:
            raise StickerNotFound(f"no sticker in use is called {serial}", serial=serial)
        found.append(sticker)
    evses = await evses_among(work, evse_uids=[each.evse_uid for each in found])
    at = {evse.evse_uid: evse for evse in evses}
    return [(each, at[each.evse_uid]) for each in found if each.evse_uid in at]


def _check_number(number: int) -> None:
    if not 0 < number <= MOST_AT_ONCE:
        msg = f"expected 1 to {MOST_AT_ONCE} stickers at once, got {number}"
        raise StickerOrderInvalid(msg, field="points")
