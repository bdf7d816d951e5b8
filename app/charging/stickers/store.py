"""Stickers and their scans in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    Date,
    Index,
    Integer,
    Row,
    Text,
    bindparam,
    delete,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.charging.stickers.model import ALL, Part, Sticker, StickerState
from app.infra.database import Work
from app.infra.ready import Look, Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

stickers = operator_table(
    "sticker",
    Column("evse_uid", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("code", Text, nullable=False),
    Column("layout", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("printed_at", UtcDateTime, nullable=False),
    Column("printed_by", Text, nullable=False),
    Column("mounted_at", UtcDateTime),
    Column("mounted_by", Text),
    Column("ended_at", UtcDateTime),
    Column("ended_by", Text),
    Column("reason", Text),
)
_s = stickers.c
Index("uq_sticker_serial", _s.operator_id, _s.code, _s.number, unique=True)

# How often a sticker was scanned on a day (UTC); number 0 is a code without a tag.
scans = operator_table(
    "sticker_scan",
    Column("evse_uid", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("scans", Integer, nullable=False),
)

_STATE = Ready(
    select(_s.state).where(
        _s.operator_id == bindparam("of_operator"),
        _s.evse_uid == bindparam("of_evse"),
        _s.number == bindparam("of_number"),
    )
)

# An EVSE's number, and how many times it was scanned since a day.
Counts = Mapping[tuple[str, int], tuple[int, date]]


async def state_of(
    look: Look, operator_id: UUID, evse_uid: str, number: int
) -> StickerState | None:
    """Return the state of a sticker, None when the register does not know it."""
    asked = {"of_operator": operator_id, "of_evse": evse_uid, "of_number": number}
    row = await look.row(_STATE, asked)
    return None if row is None else StickerState(row.state)


async def last_numbers(work: Work, evse_uids: Sequence[str]) -> dict[str, int]:
    """Return the highest number of each EVSE that has stickers; nobody else adds any meanwhile."""
    key = func.hashtextextended(f"{work.operator_id}/stickers", 0)
    await work.execute(select(func.pg_advisory_xact_lock(key)))
    query = scoped(stickers, work, _s.evse_uid, func.max(_s.number).label("number"))
    rows = await work.execute(query.where(_s.evse_uid.in_(evse_uids)).group_by(_s.evse_uid))
    return {row.evse_uid: row.number for row in rows}


async def add(work: Work, new: Sequence[Sticker]) -> None:
    """Insert stickers."""
    rows = [{"operator_id": work.operator_id, **asdict(each)} for each in new]
    await work.execute(insert(stickers), rows)


async def save(work: Work, sticker: Sticker) -> None:
    """Overwrite a sticker."""
    values = asdict(sticker)
    mine = (_s.operator_id == work.operator_id, _s.evse_uid == sticker.evse_uid)
    await work.execute(update(stickers).where(*mine, _s.number == sticker.number).values(**values))


async def locked(work: Work, code: str, number: int) -> Sticker | None:
    """Return a sticker by its code and number, its row locked."""
    query = scoped(stickers, work).where(_s.code == code, _s.number == number)
    row = (await work.execute(query.with_for_update())).one_or_none()
    return None if row is None else _sticker(row)


async def of_operator(
    work: Work, evse_uids: Sequence[str] | None, state: StickerState | None, part: Part = ALL
) -> list[Sticker]:
    """Return a part of the operator's stickers by code and number, of some EVSEs, in a state."""
    query = scoped(stickers, work).order_by(_s.code, _s.number).limit(part.limit)
    if part.after is not None:
        query = query.where(tuple_(_s.code, _s.number) > part.after)
    if evse_uids is not None:
        query = query.where(_s.evse_uid.in_(evse_uids))
    if state is not None:
        query = query.where(_s.state == state)
    return [_sticker(row) for row in await work.execute(query)]


async def add_scans(work: Work, counted: Mapping[tuple[UUID, str, int, date], int]) -> None:
    """Add scans by operator, EVSE, number and day; *work* is of every operator."""
    names = ("operator_id", "evse_uid", "number", "day")
    rows = [dict(zip(names, key, strict=True)) | {"scans": n} for key, n in counted.items()]
    new = insert(scans).values(rows)
    more = {"scans": scans.c.scans + new.excluded.scans}
    await work.execute(new.on_conflict_do_update(index_elements=names, set_=more))


async def scans_since(work: Work, since: date) -> Counts:
    """Return how often each sticker of the operator was scanned *since*, and the last day."""
    c = scans.c
    query = scoped(
        scans,
        work,
        *(c.evse_uid, c.number, func.sum(c.scans).label("scans"), func.max(c.day).label("last")),
    )
    rows = await work.execute(query.where(c.day >= since).group_by(c.evse_uid, c.number))
    return {(row.evse_uid, row.number): (int(row.scans), row.last) for row in rows}


async def forget_scans(work: Work, before: date) -> None:
    """Delete what was counted *before*, of all operators."""
    await work.execute(delete(scans).where(scans.c.day < before))


def _sticker(row: Row[Any]) -> Sticker:
    names = Sticker.__dataclass_fields__
    sticker = Sticker(**{name: getattr(row, name) for name in names})
    return replace(sticker, state=StickerState(sticker.state))
