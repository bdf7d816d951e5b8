"""Reservations of other platforms in the database."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Row, Text, Uuid, delete
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.roaming.orders.model import Reservation, ReservationState

reservations = operator_table(
    "ocpi_reservation",
    Column("platform_id", Uuid, primary_key=True),
    Column("reservation_key", Text, primary_key=True),
    Column("reservation_id", Text, nullable=False),
    Column("evse_uid", Text, nullable=False),
    Column("token_uid", Text, nullable=False),
    Column("id_tag", Text, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("order_id", Uuid, nullable=False),
    Column("response_url", Text, nullable=False),
    Column("state", Text, nullable=False),
)
_r = reservations.c
Index("ix_ocpi_reservation_evse", _r.operator_id, _r.evse_uid)


async def put(work: Work, reservation: Reservation) -> None:
    """Insert or overwrite a reservation."""
    key = {
        "operator_id": work.operator_id,
        "platform_id": reservation.platform_id,
        "reservation_key": reservation.key,
    }
    values = {**asdict(reservation), **key}
    statement = insert(reservations).values(values)
    changed = {name: value for name, value in values.items() if name not in key}
    await work.execute(statement.on_conflict_do_update(index_elements=[*key], set_=changed))


async def find(work: Work, platform_id: UUID, reservation_id: str) -> Reservation | None:
    """Return a reservation, its row locked, or None."""
    where = (_r.platform_id == platform_id, _r.reservation_key == reservation_id.lower())
    query = scoped(reservations, work).where(*where).with_for_update()
    row = (await work.execute(query)).one_or_none()
    return None if row is None else _reservation(row)


async def held_at(work: Work, evse_uid: str) -> Reservation | None:
    """Return the reservation for which an EVSE is kept now, or None."""
    where = (
        _r.evse_uid == evse_uid,
        _r.state == ReservationState.HELD,
        _r.until > work.now,
    )
    query = scoped(reservations, work).where(*where).order_by(_r.until.desc()).limit(1)
    row = (await work.execute(query)).one_or_none()
    return None if row is None else _reservation(row)


async def forget_old(work: Work, before: datetime) -> None:
    """Delete reservations that ended *before*, of all operators."""
    await work.execute(delete(reservations).where(_r.until < before))


def _reservation(row: Row[Any]) -> Reservation:
    return Reservation(
        platform_id=row.platform_id,
        reservation_id=row.reservation_id,
        evse_uid=row.evse_uid,
        token_uid=row.token_uid,
        id_tag=row.id_tag,
        until=row.until,
        order_id=row.order_id,
        response_url=row.response_url,
        state=ReservationState(row.state),
    )
