"""The tables of favourites and watches."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Row,
    Text,
    Uuid,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.directpay.favourites.model import Watch
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

favourites = operator_table(
    "favourite",
    Column("driver_id", Uuid, primary_key=True),
    Column("location_id", Text, primary_key=True),
    Column("added_at", UtcDateTime, nullable=False),
)
watches = operator_table(
    "watch",
    Column("watch_id", Uuid, primary_key=True),
    Column("driver_id", Uuid, nullable=False),
    Column("location_id", Text, nullable=False),
    Column("evse_uid", Text),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
)
_w = watches.c
Index("ix_watch_driver", _w.operator_id, _w.driver_id)
Index(
    "ix_watch_location",
    *(_w.operator_id, _w.location_id),
    postgresql_where=_w.told_at.is_(None),
)


async def lock(work: Work, driver_id: UUID) -> None:
    """Let nobody else change what this driver keeps until the work ends."""
    key = func.hashtextextended(f"{driver_id} places", 0)
    await work.execute(select(func.pg_advisory_xact_lock(key)))


async def favourites_of(work: Work, driver_id: UUID) -> list[str]:
    """Return the ids of the locations that a driver keeps, what was added first in front."""
    its = favourites.c
    query = scoped(favourites, work, its.location_id).where(its.driver_id == driver_id)
    return list((await work.execute(query.order_by(its.added_at, its.location_id))).scalars())


async def add_favourite(work: Work, driver_id: UUID, location_id: str) -> None:
    """Keep a location for a driver; once is enough."""
    key = {"operator_id": work.operator_id, "driver_id": driver_id, "location_id": location_id}
    await work.execute(insert(favourites).values(**key, added_at=work.now).on_conflict_do_nothing())


async def remove_favourite(work: Work, driver_id: UUID, location_id: str) -> None:
    """Keep a location for a driver no more."""
    its = favourites.c
    mine = (its.operator_id == work.operator_id, its.driver_id == driver_id)
    await work.execute(delete(favourites).where(*mine, its.location_id == location_id))


async def watches_of(work: Work, driver_id: UUID) -> list[Watch]:
    """Return what a driver still waits for, what was asked for first in front."""
    query = scoped(watches, work).where(_w.driver_id == driver_id, *_is_open(work.now))
    return [_watch(row) for row in await work.execute(query.order_by(_w.made_at, _w.watch_id))]


async def add_watch(work: Work, watch: Watch) -> None:
    """Insert a watch."""
    await work.execute(
        insert(watches).values(
            operator_id=work.operator_id,
            watch_id=watch.watch_id,
            driver_id=watch.driver_id,
            location_id=watch.location_id,
            evse_uid=watch.evse_uid,
            made_at=watch.made_at,
            expires_at=watch.expires_at,
        )
    )


async def remove_watch(work: Work, driver_id: UUID, watch_id: UUID) -> bool:
    """Wait no more; False when the driver has no such watch."""
    mine = (_w.operator_id == work.operator_id, _w.driver_id == driver_id)
    done = await work.execute(delete(watches).where(*mine, _w.watch_id == watch_id))
    return bool(done.rowcount)


async def forget_driver(work: Work, driver_id: UUID) -> None:
    """Erase what a driver keeps and waits for."""
    for table in (favourites, watches):
        mine = (table.c.operator_id == work.operator_id, table.c.driver_id == driver_id)
        await work.execute(delete(table).where(*mine))


async def does_anybody_wait(work: Work) -> bool:
    """Tell whether a driver of the operator waits for any place."""
    return bool(await work.rows(_ANYBODY, {"of_operator": work.operator_id, "at": work.now}))


async def watched_among(work: Work, location_ids: Collection[str]) -> list[str]:
    """Return those of these locations that somebody waits for."""
    query = scoped(watches, work, _w.location_id).where(_w.location_id.in_(location_ids))
    return list((await work.execute(query.where(*_is_open(work.now)).distinct())).scalars())


async def every_watched(work: Work) -> list[tuple[UUID, str]]:
    """Return all locations at which somebody waits, with whose they are; *work* is of everybody."""
    query = select(_w.operator_id, _w.location_id).where(*_is_open(work.now)).distinct()
    return [(row.operator_id, row.location_id) for row in await work.execute(query)]


async def end_watches(work: Work, location_id: str, free: Collection[str]) -> list[Watch]:
    """Return who waits at a location where these EVSEs are free, each once and never again."""
    mine = (_w.operator_id == work.operator_id, _w.location_id == location_id)
    fitting = or_(_w.evse_uid.is_(None), _w.evse_uid.in_(free))
    ended = update(watches).where(*mine, *_is_open(work.now), fitting).values(told_at=work.now)
    return [_watch(row) for row in await work.execute(ended.returning(watches))]


async def forget_watches(work: Work, before: datetime) -> None:
    """Delete what ended before, of all operators."""
    await work.execute(delete(watches).where(_w.expires_at < before))


def _is_open(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return _w.told_at.is_(None), _w.expires_at > at


def _watch(row: Row[Any]) -> Watch:
    return Watch(
        watch_id=row.watch_id,
        driver_id=row.driver_id,
        location_id=row.location_id,
        evse_uid=row.evse_uid,
        made_at=row.made_at,
        expires_at=row.expires_at,
    )


# Asked whenever EVSEs become free, which is often; somebody waits seldom.
_ANYBODY: Final = Ready(
    select(_w.watch_id)
    .where(
        _w.operator_id == bindparam("of_operator", type_=Uuid),
        _w.told_at.is_(None),
        _w.expires_at > bindparam("at", type_=UtcDateTime),
    )
    .limit(1)
)
