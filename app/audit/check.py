"""Ask every invariant of the real rows, at night and whenever somebody wants to know."""

import logging

from app.audit import store
from app.audit.model import Checked, Invariant
from app.funds.payments.books import open_books
from app.funds.reconciliation.record import explain_suspense
from app.infra.database import EVERY_OPERATOR, Database
from app.infra.jobs import Schedule

LOG = logging.getLogger(__name__)
AT_NIGHT = "20 3 * * *"


async def check(*, database: Database) -> list[Checked]:
    """
    Return all invariants with their breaches; none has any when the books are right.

    Payments from before there was a ledger are booked first, and settlement lines that nobody
    could explain are looked at again. Every invariant is one statement, so
    each is asked of the rows of one instant, while everything goes on.
    """
    await open_books(database=database)
    await explain_suspense(database=database)
    return [await _ask(invariant, database) for invariant in store.invariants()]


def audit_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the nightly check, which tells each breach in the log."""

    async def nightly() -> None:
        for checked in await check(database=database):
            tell(checked)

    return (Schedule("audit.check", AT_NIGHT, nightly),)


def tell(checked: Checked) -> None:
    """Log the breaches of an invariant, with their rows."""
    for breach in checked.breaches:
        where = f"operator {breach.operator_id}: {breach.subject}: {breach.detail}"
        LOG.error("invariant %d is broken: %s", breach.number, where)
    if checked.count > len(checked.breaches):
        more = checked.count - len(checked.breaches)
        LOG.error("invariant %d is broken %d times more", checked.invariant.number, more)


async def _ask(invariant: Invariant, database: Database) -> Checked:
    async with database.work(EVERY_OPERATOR) as work:
        breaches, count = await store.ask(work, invariant)
    return Checked(invariant, tuple(breaches), count)
