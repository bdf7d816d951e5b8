"""Which terminals a charge point has, and which one serves an EVSE."""

from app.charging.chargers.terminals import store
from app.charging.chargers.terminals.model import WHOLE_STATION, InsideTerminal
from app.infra.database import Work


async def list_terminals(work: Work, identity: str) -> list[InsideTerminal]:
    """Step: return the terminals inside a charge point, as they were last read."""
    return await store.terminals_of(work, identity)


async def terminal_of(work: Work, identity: str, evse_no: int) -> InsideTerminal | None:
    """Step: return the terminal at an EVSE: its own, else that of the whole charge point."""
    found = {each.evse_no: each for each in await store.terminals_of(work, identity)}
    return found.get(evse_no) or found.get(WHOLE_STATION)
