"""Writing the configuration of terminals."""

from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from app.funds.terminals.model import Terminal
from app.funds.terminals.store import CONFIGURED, list_terminals, terminal, terminal_evse
from app.infra.database import Work


async def put_terminals(work: Work, wanted: Sequence[Terminal]) -> list[str]:
    """Make these the operator's terminals; return the ids of those that are new or different."""
    stored = {each.terminal_id: each for each in await list_terminals(work)}
    changed = [
        each.terminal_id for each in wanted if _differs(stored.pop(each.terminal_id, None), each)
    ]
    mine = terminal_evse.c.operator_id == work.operator_id
    for each in wanted:
        values = {name: getattr(each, name) for name in CONFIGURED} | {"removed_at": None}
        key = {"operator_id": work.operator_id, "terminal_id": each.terminal_id}
        added = insert(terminal).values(key | values)
        keys = ["operator_id", "terminal_id"]
        await work.execute(added.on_conflict_do_update(index_elements=keys, set_=values))
    for gone in stored:
        await work.execute(
            update(terminal)
            .where(terminal.c.operator_id == work.operator_id, terminal.c.terminal_id == gone)
            .values(removed_at=work.now, look_at=None)
        )
    await work.execute(delete(terminal_evse).where(mine))
    for each in wanted:
        for place, evse_uid in enumerate(each.evse_uids):
            row = {"evse_uid": evse_uid, "terminal_id": each.terminal_id, "place": place}
            await work.execute(
                insert(terminal_evse).values(row | {"operator_id": work.operator_id})
            )
    return changed + list(stored)


def _differs(stored: Terminal | None, wanted: Terminal) -> bool:
    names = (*CONFIGURED, "evse_uids")
    return stored is None or any(getattr(stored, each) != getattr(wanted, each) for each in names)
