"""The table of terminals inside charge points."""

from sqlalchemy import Column, Integer, Text, delete
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.charging.chargers.terminals.model import InsideTerminal
from app.infra.database import Work
from app.infra.tables import UtcDateTime, operator_table, scoped

terminals = operator_table(
    "charge_point_terminal",
    Column("identity", Text, primary_key=True),
    Column("evse_no", Integer, primary_key=True),
    Column("variables", JSONB, nullable=False),
    Column("problem", Text),
    Column("read_at", UtcDateTime, nullable=False),
)
_c = terminals.c


async def replace_terminals(work: Work, identity: str, found: list[InsideTerminal]) -> None:
    """Make these the terminals of a charge point."""
    mine = (_c.operator_id == work.operator_id, _c.identity == identity)
    await work.execute(delete(terminals).where(*mine))
    for each in found:
        values = {
            "operator_id": work.operator_id,
            "identity": identity,
            "evse_no": each.evse_no,
            "variables": dict(each.variables),
            "problem": each.problem,
            "read_at": each.read_at,
        }
        await work.execute(insert(terminals).values(values).on_conflict_do_nothing())


async def terminals_of(work: Work, identity: str) -> list[InsideTerminal]:
    """Return the terminals of a charge point by number."""
    query = scoped(terminals, work).where(_c.identity == identity).order_by(_c.evse_no)
    return [
        InsideTerminal(row.identity, row.evse_no, row.variables, row.problem, row.read_at)
        for row in await work.execute(query)
    ]
