"""Objects of other platforms in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Index, Row, Text, Uuid, and_, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.roaming.platforms.store import gone_platforms
from app.roaming.received.model import PASSING, Name, Received

objects = operator_table(
    "ocpi_object",
    Column("platform_id", Uuid, primary_key=True),
    Column("module", Text, primary_key=True),
    Column("country_code", Text, primary_key=True),
    Column("party_id", Text, primary_key=True),
    Column("object_key", Text, primary_key=True),
    # JSON of OCPI 2.3.0 as text: jsonb would lose the last digits, and the order.
    Column("body", Text, nullable=False),
    Column("last_updated", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)
_o = objects.c
Index("ix_ocpi_object_key", _o.operator_id, _o.module, _o.object_key)
Index("ix_ocpi_object_received", _o.operator_id, _o.platform_id, _o.module, _o.received_at)


async def find(work: Work, name: Name, *, lock: bool = False) -> Received | None:
    """Return an object, its row locked when *lock*, or None."""
    query = select(objects).where(_is(work, name))
    row = (await work.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _received(name, row)


async def put(work: Work, name: Name, body: str, last_updated: datetime) -> None:
    """Insert or overwrite an object."""
    values = {"body": body, "last_updated": last_updated, "received_at": work.now}
    statement = insert(objects).values(operator_id=work.operator_id, **name.key, **values)
    key = ["operator_id", *name.key]
    await work.execute(statement.on_conflict_do_update(index_elements=key, set_=values))


async def add(work: Work, name: Name, body: str, last_updated: datetime) -> bool:
    """Insert an object that never changes; False when there is one of this name."""
    values = {"body": body, "last_updated": last_updated, "received_at": work.now}
    statement = insert(objects).values(operator_id=work.operator_id, **name.key, **values)
    done = await work.execute(statement.on_conflict_do_nothing())
    return done.rowcount > 0


async def remove(work: Work, name: Name) -> bool:
    """Delete an object; False when there is none."""
    return (await work.execute(delete(objects).where(_is(work, name)))).rowcount > 0


async def of_module(work: Work, platform_id: UUID, module: str, most: int) -> list[Received]:
    """Return the objects of a *module* that a platform told last, at *most* so many."""
    where = (_o.platform_id == platform_id, _o.module == module)
    query = scoped(objects, work).where(*where).order_by(_o.received_at.desc(), _o.object_key)
    return [
        _received(Name(platform_id, module, row.country_code, row.party_id, row.object_key), row)
        for row in await work.execute(query.limit(most))
    ]


async def newest(work: Work, module: str, object_ids: Sequence[str]) -> Received | None:
    """Return the object of one of these ids that changed last, of any platform, or None."""
    where = (_o.module == module, _o.object_key.in_([one.lower() for one in object_ids]))
    query = scoped(objects, work).where(*where).order_by(_o.last_updated.desc()).limit(1)
    row = (await work.execute(query)).one_or_none()
    if row is None:
        return None
    name = Name(row.platform_id, module, row.country_code, row.party_id, row.object_key)
    return _received(name, row)


async def forget_old(work: Work, module: str, before: datetime) -> None:
    """Delete the objects of a *module* that no word came of since *before*, of all operators."""
    await work.execute(delete(objects).where(_o.module == module, _o.received_at < before))


async def forget_gone(work: Work, before: datetime) -> None:
    """Delete what platforms told *before* that are gone, but for what is about money."""
    is_old = and_(_o.module.in_(PASSING), _o.received_at < before)
    await work.execute(delete(objects).where(is_old, _o.platform_id.in_(gone_platforms())))


def _is(work: Work, name: Name) -> ColumnElement[bool]:
    mine = _o.operator_id == work.operator_id
    return and_(mine, *(_o[column] == value for column, value in name.key.items()))


def _received(name: Name, row: Row[Any]) -> Received:
    return Received(name, row.body, row.last_updated, row.received_at)
