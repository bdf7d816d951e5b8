"""What the stickers that were scanned of late are worth: asked for once in ten seconds."""

from datetime import timedelta
from typing import Final

from app.charging.stickers.check import check_sticker
from app.directpay.desk import Desk
from app.infra.kept.values import Kept

_MOST: Final = 10_000
# A revoked sticker leads to a warning after this at the latest.
_LASTS: Final = timedelta(seconds=10)


class StickerChecks:
    """The stickers that one process knows to be good."""

    def __init__(self, desk: Desk) -> None:
        """Check by the keys of *desk*, in its register."""

        async def read(asked: tuple[str, str]) -> int:
            return await check_sticker(*asked, keys=desk.sticker_keys, database=desk.database)

        self._kept = Kept(read, lambda _: _LASTS, most=_MOST)

    async def number(self, code: str, mark: str) -> int:
        """
        Return the number of a sticker by its code and mark.

        Raises UnknownCode, StickerNotOurs and StickerWithdrawn.
        """
        return await self._kept.get((code, mark))
