"""Which start at a reader led to which session, so that telling it twice is telling it once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import insert

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

starts = operator_table(
    "reader_start",
    Column("session_id", Uuid, primary_key=True),
    Column("key", Text, nullable=False),
    Column("token_id", Uuid),
    Column("begun_at", UtcDateTime, nullable=False),
)
_s = starts.c
Index("uq_reader_start_key", _s.operator_id, _s.key, unique=True)
Index("ix_reader_start_token", _s.operator_id, _s.token_id, _s.begun_at)


@dataclass(frozen=True, slots=True)
class Claim:
    """The session that a start belongs to; *is_new*: nobody has made it yet."""

    session_id: UUID
    is_new: bool


async def claim(work: Work, key: str, token_id: UUID | None, at: datetime) -> Claim:
    """Return the session of the start with this *key*; a twin of this work waits for its end."""
    new = work.ids.uuid7(work.now)
    values = {"operator_id": work.operator_id, "session_id": new, "key": key}
    statement = insert(starts).values(**values, token_id=token_id, begun_at=at)
    done = await work.execute(statement.on_conflict_do_nothing())
    if done.rowcount:
        return Claim(new, is_new=True)
    known = await work.execute(scoped(starts, work, _s.session_id).where(_s.key == key))
    return Claim(known.scalar_one(), is_new=False)


async def sessions_of(work: Work, token_ids: list[UUID], most: int) -> list[UUID]:
    """Return the last sessions that began with one of these tokens, the newest first."""
    query = scoped(starts, work, _s.session_id).where(_s.token_id.in_(token_ids))
    found = await work.execute(query.order_by(_s.begun_at.desc()).limit(most))
    return list(found.scalars())
