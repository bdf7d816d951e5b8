"""Tell us in whose words a charge point without OCPP 2.1 tells of the terminal in it."""

from app.charging.chargers.terminals import store
from app.charging.chargers.terminals.dialects import Dialect
from app.charging.chargers.terminals.model import (
    CARD_TAG,
    DIALECT,
    WHOLE_STATION,
    InsideTerminal,
)
from app.infra.database import Work


async def teach(work: Work, identity: str, dialect: Dialect | None, tag: str | None) -> None:
    """
    Step: take cards at a charge point in the words of *dialect*; None: not (any more).

    *tag* is the idTag of its card sessions, if it is not the maker's own.
    """
    terminals = []
    if dialect is not None:
        words = {DIALECT: dialect.name, CARD_TAG: tag or dialect.tag}
        terminals.append(InsideTerminal(identity, WHOLE_STATION, words, None, work.now))
    await store.replace_terminals(work, identity, terminals)
