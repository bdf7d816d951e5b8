"""Keep what a charge point says of the terminals in it."""

from uuid import UUID

from app.charging.chargers.terminals import store
from app.charging.chargers.terminals.model import InsideTerminal
from app.infra.database import Database


async def keep_terminals(
    operator_id: UUID, identity: str, found: list[InsideTerminal], *, database: Database
) -> None:
    """Make *found* the terminals of a charge point; none: it has none (any more)."""
    async with database.work(operator_id) as work:
        await store.replace_terminals(work, identity, found)
