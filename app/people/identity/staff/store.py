"""What staff did, in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import BigInteger, Column, LargeBinary, Text, func, insert, select, text

from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table
from app.people.identity.staff.model import BEGINNING, Entry, Mark

record = operator_table(
    "staff_record",
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)
record.info["final"] = True
_EMPTIED = (
    "CREATE TRIGGER kept_whole BEFORE TRUNCATE ON staff_record FOR EACH STATEMENT"
    " EXECUTE FUNCTION refuse_change_of_staff_record()"
)
record.info["also"] = (_EMPTIED,)
# Any number of its own: the first half of the name of the lock, the operator is the other.
_LOCK = 0x57AFF


async def has_written(work: Work) -> bool:
    """Tell whether the work has changed anything so far."""
    asked = text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
    return bool((await work.execute(asked)).scalar_one())


async def lock_head(work: Work, operator_id: UUID) -> Mark:
    """Return the last row of an operator's record; nobody else adds one until the work ends."""
    await work.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(str(operator_id)))))
    asked = select(record.c.number, record.c.digest).where(record.c.operator_id == operator_id)
    row = (await work.execute(asked.order_by(record.c.number.desc()).limit(1))).one_or_none()
    return Mark(0, BEGINNING) if row is None else Mark(row.number, row.digest)


async def add(work: Work, entry: Entry) -> None:
    """Insert a row."""
    await work.execute(insert(record).values(asdict(entry)))


async def after(work: Work, operator_id: UUID, number: int, most: int) -> Sequence[Entry]:
    """Return the *most* rows of an operator's record that come after *number*, in their order."""
    asked = (
        select(record)
        .where(record.c.operator_id == operator_id, record.c.number > number)
        .order_by(record.c.number)
        .limit(most)
    )
    return [Entry(**row._mapping) for row in await work.execute(asked)]  # noqa: SLF001 - a named tuple's fields


async def last(work: Work, operator_id: UUID, most: int) -> Sequence[Entry]:
    """Return the *most* last rows of an operator's record, in their order."""
    asked = select(record).where(record.c.operator_id == operator_id)
    rows = await work.execute(asked.order_by(record.c.number.desc()).limit(most))
    return [Entry(**row._mapping) for row in rows][::-1]  # noqa: SLF001 - as above


async def recorded(work: Work) -> Sequence[UUID]:
    """Return whose records there are; *work* is of every operator."""
    asked = select(record.c.operator_id).distinct().order_by(record.c.operator_id)
    return list((await work.execute(asked)).scalars())
