"""Sockets and sessions elsewhere in the database."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Row, Text, Uuid, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.roaming.abroad.model import Charge, Point
from app.roaming.platforms.model import Party

points = operator_table(
    "ocpi_point",
    Column("evse_uid", Text, primary_key=True),
    Column("platform_id", Uuid, nullable=False),
    Column("country_code", Text, nullable=False),
    Column("party_id", Text, nullable=False),
    Column("location_id", Text, nullable=False),
    Column("their_uid", Text, nullable=False),
    Column("connector_id", Text),
    Column("trouble", Text),
)
_p = points.c
Index("ix_ocpi_point_location", _p.operator_id, _p.platform_id, _p.location_id)

charges = operator_table(
    "ocpi_charge",
    Column("session_id", Uuid, primary_key=True),
    Column("platform_id", Uuid, nullable=False),
    Column("their_id", Text, nullable=False),
    Column("over_since", UtcDateTime),
    Column("recorded_at", UtcDateTime),
)
_c = charges.c
Index(
    "ix_ocpi_charge_open",
    _c.over_since,
    postgresql_where=and_(_c.over_since.is_not(None), _c.recorded_at.is_(None)),
)


async def lock_adoption(work: Work) -> None:
    """Let nobody else adopt anything of this operator's platforms until the work ends."""
    key = func.hashtextextended(f"{work.operator_id} ocpi adoption", 0)
    await work.execute(select(func.pg_advisory_xact_lock(key)))


async def put_point(work: Work, point: Point) -> None:
    """Insert or overwrite a socket."""
    values = {
        "platform_id": point.platform_id,
        "country_code": point.party.country_code,
        "party_id": point.party.party_id,
        "location_id": point.location_id,
        "their_uid": point.their_uid,
        "connector_id": point.connector_id,
        "trouble": point.trouble,
    }
    key = {"operator_id": work.operator_id, "evse_uid": point.evse_uid}
    statement = insert(points).values(**key, **values)
    await work.execute(statement.on_conflict_do_update(index_elements=[*key], set_=values))


async def point_of(work: Work, evse_uid: str) -> Point | None:
    """Return a socket, or None."""
    row = (await work.execute(scoped(points, work).where(_p.evse_uid == evse_uid))).one_or_none()
    return None if row is None else _point(row)


async def points_at(work: Work, platform_id: UUID, location_id: str) -> list[Point]:
    """Return the sockets of a location of a platform."""
    here = (_p.platform_id == platform_id, func.lower(_p.location_id) == location_id.lower())
    found = await work.execute(scoped(points, work).where(*here).order_by(_p.evse_uid))
    return [_point(row) for row in found]


async def points_of(work: Work, platform_id: UUID) -> list[Point]:
    """Return all sockets of a platform."""
    return [
        _point(row)
        for row in await work.execute(scoped(points, work).where(_p.platform_id == platform_id))
    ]


async def every_point(work: Work) -> list[Point]:
    """Return the operator's sockets elsewhere, by platform, location and uid there."""
    order = (_p.platform_id, _p.location_id, _p.their_uid)
    return [_point(row) for row in await work.execute(scoped(points, work).order_by(*order))]


async def put_charge(work: Work, charge: Charge) -> None:
    """Insert a session, or move it forward: what was known stays known."""
    known = asdict(charge)
    statement = insert(charges).values(operator_id=work.operator_id, **known)
    later = {
        name: func.coalesce(_c[name], statement.excluded[name])
        for name in ("over_since", "recorded_at")
    }
    await work.execute(
        statement.on_conflict_do_update(index_elements=["operator_id", "session_id"], set_=later)
    )


async def charge_of(work: Work, session_id: UUID) -> Charge | None:
    """Return a session, or None."""
    query = scoped(charges, work).where(_c.session_id == session_id)
    row = (await work.execute(query)).one_or_none()
    return None if row is None else _charge(row)


async def page(work: Work, platform_id: UUID, asked: Mapping[str, Any]) -> tuple[list[Charge], int]:
    """Return sessions that a CDR ended, by when it came, and how many there are in all pages."""
    where = [_c.platform_id == platform_id, _c.recorded_at.is_not(None)]
    if asked.get("since") is not None:
        where.append(_c.recorded_at >= asked["since"])
    if asked.get("until") is not None:
        where.append(_c.recorded_at < asked["until"])
    counted = scoped(charges, work, func.count()).where(*where)
    total: int = (await work.execute(counted)).scalar_one()
    query = scoped(charges, work).where(*where).order_by(_c.recorded_at, _c.session_id)
    found = await work.execute(query.offset(asked["offset"]).limit(asked["limit"]))
    return [_charge(row) for row in found], total


async def unrecorded(work: Work, before: datetime) -> list[tuple[UUID, Charge]]:
    """Return the sessions of all operators that were over *before* and have no CDR."""
    query = select(charges).where(_c.over_since < before, _c.recorded_at.is_(None))
    found = await work.execute(query.order_by(_c.over_since).limit(500))
    return [(row.operator_id, _charge(row)) for row in found]


async def give_up(work: Work, session_id: UUID) -> None:
    """Wait no more for the CDR of a session."""
    mine = and_(_c.operator_id == work.operator_id, _c.session_id == session_id)
    await work.execute(update(charges).where(mine).values(recorded_at=work.now))


def _point(row: Row[Any]) -> Point:
    return Point(
        evse_uid=row.evse_uid,
        platform_id=row.platform_id,
        party=Party(row.country_code, row.party_id),
        location_id=row.location_id,
        their_uid=row.their_uid,
        connector_id=row.connector_id,
        trouble=row.trouble,
    )


def _charge(row: Row[Any]) -> Charge:
    return Charge(row.session_id, row.platform_id, row.their_id, row.over_since, row.recorded_at)
