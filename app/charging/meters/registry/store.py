"""Registered meters in the database."""

from typing import Any

from sqlalchemy import Column, Index, Row, Text, select
from sqlalchemy.dialects.postgresql import insert

from app.charging.meters.registry.model import Meter
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

meters = operator_table(
    "meter",
    Column("serial", Text, primary_key=True),
    Column("public_key", Text, nullable=False),
    Column("evse_uid", Text, nullable=False),
    Column("registered_at", UtcDateTime, nullable=False),
)
Index("ix_meter_evse", meters.c.operator_id, meters.c.evse_uid)


async def put(work: Work, meter: Meter) -> bool:
    """Insert or overwrite a meter; tell whether that changed anything."""
    known = await one(work, meter.serial)
    if known == meter:
        return False
    values = {
        "public_key": meter.public_key,
        "evse_uid": meter.evse_uid,
        "registered_at": work.now,
    }
    statement = insert(meters).values(operator_id=work.operator_id, serial=meter.serial, **values)
    await work.execute(
        statement.on_conflict_do_update(index_elements=["operator_id", "serial"], set_=values)
    )
    return True


async def one(work: Work, serial: str) -> Meter | None:
    """Return the meter with this serial number, or None."""
    row = (await work.execute(scoped(meters, work).where(meters.c.serial == serial))).one_or_none()
    return None if row is None else _meter(row)


async def at_evse(work: Work, evse_uid: str) -> list[Meter]:
    """Return the meters that are registered at an EVSE."""
    found = await work.execute(scoped(meters, work).where(meters.c.evse_uid == evse_uid))
    return [_meter(row) for row in found]


async def every(work: Work) -> list[Meter]:
    """Return all meters of the operator by serial number."""
    query = select(meters).where(meters.c.operator_id == work.operator_id)
    return [_meter(row) for row in await work.execute(query.order_by(meters.c.serial))]


def _meter(row: Row[Any]) -> Meter:
    return Meter(row.serial, row.public_key, row.evse_uid)
