"""Make stickers: enter them in the register and print them, both or neither."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from app.charging.stickers.errors import StickerOrderInvalid
from app.charging.stickers.model import StickerKeys
from app.charging.stickers.order import Wanted, order_stickers
from app.charging.stickers.sheets import LEAST_DPI, MOST_DPI, File, Print, Printer, print_stickers
from app.infra.database import Database
from app.people.identity.read import get_operator
from qr.labels.label import Form
from qr.labels.layout import Layout, LayoutInvalid, LayoutUnknown, layout_named

BaseOf = Callable[[UUID], str]


class StickerDesk:
    """What making stickers takes: the keys of tags, operators' addresses, and more layouts."""

    def __init__(
        self, database: Database, keys: StickerKeys, base_of: BaseOf, layouts: Sequence[Path] = ()
    ) -> None:
        """Look for layouts in the folders *layouts*, too."""
        self.database = database
        self._keys = keys
        self._base_of = base_of
        self._layouts = layouts

    async def make(self, wanted: Wanted, form: Form, dpi: int, *, operator_id: UUID) -> list[File]:
        """
        Return the files of the stickers that are *wanted*, entered in the register.

        Nothing is entered when they cannot be printed, so the transaction waits for the press. It
        raises StickerOrderInvalid and StickerNotFound.
        """
        if not LEAST_DPI <= dpi <= MOST_DPI:
            msg = f"expected {LEAST_DPI} to {MOST_DPI} dots per inch, got {dpi}"
            raise StickerOrderInvalid(msg, field="dpi")
        how = Print(self.layout(wanted.layout), form, dpi)
        async with self.database.work(operator_id) as work:
            printer = Printer(await get_operator(work), self._keys, self._base_of(operator_id))
            ordered = await order_stickers(work, wanted)
            return await asyncio.to_thread(print_stickers, ordered, how, printer)

    def layout(self, name: str) -> Layout:
        """Return a layout, ours or of the folders. Raises StickerOrderInvalid."""
        try:
            return layout_named(name, *self._layouts)
        except (LayoutUnknown, LayoutInvalid) as error:
            raise StickerOrderInvalid(str(error), field="layout") from error
