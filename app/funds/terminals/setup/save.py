"""Save the terminals of an operator."""

from collections.abc import Sequence

from app.funds.terminals.model import Terminal
from app.funds.terminals.setup import store
from app.infra.database import Work


async def save_terminals(work: Work, wanted: Sequence[Terminal]) -> list[str]:
    """
    Step: make *wanted* the operator's terminals; return the ids of what is new, different or gone.

    One that is gone is asked for nothing more; what runs that began there goes on.
    """
    return await store.put_terminals(work, wanted)
