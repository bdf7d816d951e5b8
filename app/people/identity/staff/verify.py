"""Is the record what it was? Every digest is made again, at night and when somebody asks."""

import logging
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.infra.database import EVERY_OPERATOR, Database, Work
from app.infra.jobs import Schedule
from app.people.identity.staff import store
from app.people.identity.staff.model import Broken, Chain, Entry, Mark, begun, walked

AT_NIGHT: Final = "40 3 * * *"
_AT_ONCE: Final = 1000
_log = logging.getLogger(__name__)


async def verify(*, database: Database) -> list[Chain]:
    """Return the chain of each record, with its head and the first row that is broken."""
    async with database.work(EVERY_OPERATOR) as work:
        return [await verify_one(work, each) for each in await store.recorded(work)]


async def verify_one(work: Work, operator_id: UUID, known: Mark | None = None) -> Chain:
    """
    Step: return the chain of an operator's record.

    With a mark that is *known* from outside, a record that was written anew as a whole is found
    out, and one whose end was cut off.
    """
    chain = begun(operator_id)
    while chain.broken is None:
        entries = await store.after(work, operator_id, chain.head.number, _AT_ONCE)
        broken = _differs(entries, known)
        if not entries or broken is not None:
            return Chain(operator_id, chain.head, broken or _cut(chain.head, known))
        chain = walked(chain, entries)
    return chain


async def last_entries(work: Work, operator_id: UUID, most: int) -> Sequence[Entry]:
    """Step: return the *most* last rows of an operator's record."""
    return await store.last(work, operator_id, most)


def staff_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the nightly walk, which tells the head of each record in the log: noted outside."""

    async def nightly() -> None:
        for chain in await verify(database=database):
            if chain.broken is None:
                _log.info("the record of %s ends with %s", chain.operator_id, chain.head)
            else:
                where, why = chain.broken.number, chain.broken.why
                _log.error("the record of %s is broken: row %d: %s", chain.operator_id, where, why)

    return (Schedule("staff.verify", AT_NIGHT, nightly),)


def _differs(entries: Sequence[Entry], known: Mark | None) -> Broken | None:
    for entry in entries:
        if known is not None and entry.number == known.number and entry.digest != known.digest:
            return Broken(entry.number, "it is not the row that was noted")
    return None


def _cut(head: Mark, known: Mark | None) -> Broken | None:
    if known is None or head.number >= known.number:
        return None
    return Broken(head.number + 1, "it is missing, and what came after it")
