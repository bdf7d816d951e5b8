"""What the local lists of charge points have, as far as we know, in the database."""

from sqlalchemy import BigInteger, Column, Text, bindparam, delete, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.directpay.lists.model import NOTHING, Kept
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, operator_table, scoped

lists = operator_table(
    "local_list",
    Column("identity", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("marks", JSONB, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
_l = lists.c
_ANY_KEPT = Ready(select(_l.identity).where(_l.operator_id == bindparam("of_operator")).limit(1))


async def kept_at(work: Work, identity: str) -> Kept:
    """Return what a charge point's list has."""
    row = (await work.execute(scoped(lists, work).where(_l.identity == identity))).one_or_none()
    return NOTHING if row is None else Kept(row.version, row.marks)


async def keep(work: Work, identity: str, kept: Kept) -> None:
    """Write what a charge point's list has now."""
    key = {"operator_id": work.operator_id, "identity": identity}
    values = {"version": kept.version, "marks": dict(kept.marks), "changed_at": work.now}
    statement = insert(lists).values(**key, **values)
    await work.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


async def forget(work: Work, identity: str) -> None:
    """Know nothing of a charge point's list any more: all is sent anew."""
    its = (_l.operator_id == work.operator_id, _l.identity == identity)
    await work.execute(delete(lists).where(*its))


async def any_kept(work: Work) -> bool:
    """Tell whether any charge point of the operator's has a list."""
    return await work.row(_ANY_KEPT, {"of_operator": work.operator_id}) is not None
