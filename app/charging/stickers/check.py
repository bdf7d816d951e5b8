"""Whether the sticker that was scanned is one of ours, and still good."""

from app.charging.chargers.read import evse_of_code
from app.charging.stickers import store
from app.charging.stickers.errors import StickerNotOurs, StickerWithdrawn
from app.charging.stickers.model import GOOD, StickerKeys
from app.infra.database import Database


async def check_sticker(code: str, mark: str, *, keys: StickerKeys, database: Database) -> int:
    """
    Return the number of the sticker whose address ends in *code* and *mark*.

    A genuine tag that the register does not know is good: what was printed before a backup was
    restored still hangs there. Raises UnknownCode, StickerNotOurs and StickerWithdrawn.
    """
    async with database.look() as look:
        evse = await evse_of_code(look, code)
        number = keys.number_of(evse.code, mark)
        if number is None:
            raise StickerNotOurs("the check tag is not ours", code=evse.code)
        state = await store.state_of(look, evse.operator_id, evse.evse_uid, number)
    if state is not None and state not in GOOD:
        raise StickerWithdrawn(f"this sticker was {state}", code=evse.code)
    return number
