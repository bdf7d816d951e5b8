"""Read the terminals of an operator inside another's transaction."""

from app.funds.terminals import store
from app.funds.terminals.model import Terminal
from app.infra.database import Work


async def read_terminals(work: Work) -> list[Terminal]:
    """Step: return the operator's terminals in use, by id."""
    return await store.list_terminals(work)
