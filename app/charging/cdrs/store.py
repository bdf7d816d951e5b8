"""Charge detail records in the database: written once, never changed."""

from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Numeric, Row, Text, Uuid, cast, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from app.charging.cdrs.model import Cdr, RecordedCdr
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

cdrs = operator_table(
    "cdr",
    Column("cdr_id", Uuid, primary_key=True),
    Column("session_id", Uuid, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("energy_kwh", Numeric(18, 6), nullable=False),
    Column("flags", ARRAY(Text), nullable=False),
    # OCPI 2.3.0; read and written as text, so that every digit stays.
    Column("body", JSONB, nullable=False),
)
cdrs.info["final"] = True
Index("uq_cdr_session", cdrs.c.operator_id, cdrs.c.session_id, unique=True)

# What came up after the record was written; the record itself stays as it is.
later_flags = operator_table(
    "cdr_flag",
    Column("session_id", Uuid, primary_key=True),
    Column("flag", Text, primary_key=True),
    Column("detail", Text, nullable=False),
    Column("flagged_at", UtcDateTime, nullable=False),
)


async def add(work: Work, cdr_id: UUID, cdr: Cdr, body: str) -> None:
    """Insert the record of a session."""
    await work.execute(
        cdrs.insert().values(
            operator_id=work.operator_id,
            cdr_id=cdr_id,
            session_id=cdr.session_id,
            recorded_at=work.now,
            energy_kwh=cdr.energy_kwh,
            flags=sorted(cdr.flags),
            body=cast(literal(body, Text), JSONB),
        )
    )


async def of_session(work: Work, session_id: UUID) -> RecordedCdr | None:
    """Return the record of a session with all its flags, or None."""
    columns = (*cdrs.c[:6], cast(cdrs.c.body, Text).label("text"))
    found = await work.execute(scoped(cdrs, work, *columns).where(cdrs.c.session_id == session_id))
    row = found.one_or_none()
    return None if row is None else _recorded(row, await _later_flags(work, session_id))


async def add_flag(work: Work, session_id: UUID, flag: str, detail: str) -> None:
    """Keep a flag that came after the record; the first detail stays."""
    key = {"operator_id": work.operator_id, "session_id": session_id, "flag": flag}
    statement = insert(later_flags).values(**key, detail=detail, flagged_at=work.now)
    await work.execute(statement.on_conflict_do_nothing())


async def _later_flags(work: Work, session_id: UUID) -> frozenset[str]:
    query = select(later_flags.c.flag).where(
        later_flags.c.operator_id == work.operator_id, later_flags.c.session_id == session_id
    )
    return frozenset((await work.execute(query)).scalars())


def _recorded(row: Row[Any], later: frozenset[str]) -> RecordedCdr:
    flags = frozenset(row.flags) | later
    return RecordedCdr(row.cdr_id, row.session_id, row.recorded_at, row.text, flags)
