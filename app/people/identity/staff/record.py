"""Put on record what staff do, in the very transaction that does it."""

from uuid import UUID

from app.infra.database import Work
from app.people.identity import store as operators
from app.people.identity.staff import store
from app.people.identity.staff.acting import who_acts
from app.people.identity.staff.model import INSTALLATION, Deed, following


async def witness(work: Work) -> None:
    """
    Step, the last of every work: write who has done this, when staff have and it changed anything.

    A deed of several works is on record with the first: what follows is its consequence. It is
    written last, so that the only lock of an operator's record is held for the commit alone.
    """
    acting = who_acts()
    if acting is None or acting.recorded or not await store.has_written(work):
        return
    operator_id = await _whose(work, acting.deed)
    before = await store.lock_head(work, operator_id)
    await store.add(work, following(before, operator_id, work.now, acting.deed))
    acting.recorded = True


async def _whose(work: Work, deed: Deed) -> UUID:
    """Return whose record it belongs to; what is nobody's belongs to the installation's."""
    if isinstance(work.scope, UUID):
        return work.scope
    if isinstance(deed.operator, UUID):
        return deed.operator
    if deed.operator is None:
        return INSTALLATION
    found = await operators.by_slug(work, deed.operator)
    return INSTALLATION if found is None else found.operator_id
