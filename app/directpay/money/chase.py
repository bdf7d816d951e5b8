"""Look for money of journeys that are over and that nobody collects or gives back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.directpay.decide import Task
from app.directpay.model import Ended, Ending, Journey
from app.directpay.money.store import ended_of
from app.funds.payments.due import undecided
from app.infra.database import EVERY_OPERATOR, Database

# A job that was deferred with the end has run within seconds; past this it is lost.
FORGOTTEN_AFTER: Final = timedelta(minutes=5)
PAGE: Final = 1000
_FIRST: Final = UUID(int=0)


async def chase_money(*, database: Database) -> int:
    """
    Enqueue again what moves the money of journeys that ended; return how many there were.

    A payment of which nobody has said what stays belongs to a journey under way, or the job that
    says so was lost. The job that is enqueued is the same, and harmless when it runs twice.
    """
    number = 0
    async for journey in _forgotten(database):
        async with database.work(journey.operator_id) as work:
            work.defer(mover(journey), journey_id=journey.journey_id)
        number += 1
    return number


def mover(journey: Journey) -> Task:
    """Return the job that moves the money of a journey that is over."""
    is_charged = isinstance(journey.state, Ended) and journey.state.ending is Ending.CHARGED
    return Task.COLLECT if is_charged else Task.GIVE_BACK


async def _forgotten(database: Database) -> AsyncIterator[Journey]:
    """Yield ended journeys with an undecided payment, a page of payments in a transaction each."""
    last = _FIRST
    while True:
        async with database.work(EVERY_OPERATOR) as work:
            before = work.now - FORGOTTEN_AFTER
            page = await undecided(work, before, last, PAGE)
            found = await ended_of(work, {one.subject_id for one in page}, before)
        for journey in found:
            yield journey
        if len(page) < PAGE:
            return
        last = page[-1].payment_id
