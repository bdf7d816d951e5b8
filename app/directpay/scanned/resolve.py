"""Find the charging point that was scanned."""

from collections.abc import Collection
from dataclasses import replace

from app.charging.chargers.find_evse import find_evse
from app.directpay.scanned.read import Scanned, read_scanned
from app.infra.database import Database


async def resolve_scanned(text: str, *, addresses: Collection[str], database: Database) -> Scanned:
    """
    Return what *text* means, with the code of an EVSE that exists. Raises ForeignCode, UnknownCode.

    Whether its sticker is good is checked by the page that it leads to.
    """
    read = read_scanned(text, addresses=addresses)
    _, evse = await find_evse(read.code, database=database)
    return replace(read, code=evse.code)
