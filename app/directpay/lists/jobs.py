"""When local lists are brought up to date: after a change of tokens, and when one is back."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.charging.chargers.events import ChargePointsConnected
from app.charging.chargers.overview.model import Filter
from app.charging.chargers.overview.read import list_charge_points
from app.charging.tokens.events import TokensChanged
from app.charging.tokens.read import any_listed
from app.directpay.lists import store
from app.directpay.lists.ports import LocalLists
from app.directpay.lists.sync import sync_list
from app.infra.database import Database, Reactors, Work
from app.infra.jobs import Job

CHANGED: Final = "tokens.changed"
SYNC: Final = "tokens.list"
# A list of a thousand cards is kept in one go; a charge point has other things to do at first.
_GATHERS: Final = timedelta(seconds=10)
_SETTLES: Final = timedelta(seconds=20)
_MOST: Final = 100_000


def list_reactors() -> Reactors:
    """Return what local lists do about facts of tokens and charge points."""
    return {
        TokensChanged: (_changed,),
        ChargePointsConnected: (_are_back,),
    }


def list_jobs(database: Database, lists: LocalLists) -> tuple[Job, ...]:
    """Return the jobs that keep local lists."""

    async def sync(*, identity: str, operator_id: UUID) -> None:
        await sync_list(identity, operator_id=operator_id, database=database, lists=lists)

    async def changed(*, operator_id: UUID) -> None:
        await _all(operator_id, database)

    return Job(SYNC, sync, attempts=8), Job(CHANGED, changed)


async def _changed(work: Work, _: TokensChanged) -> None:
    work.defer(CHANGED, queueing_lock=f"{CHANGED}:{work.operator_id}", at=work.now + _GATHERS)


async def _are_back(work: Work, event: ChargePointsConnected) -> None:
    if await _has_lists(work):
        for identity in event.identities:
            _later(work, identity)


async def _all(operator_id: UUID, database: Database) -> None:
    """Bring the list of every charge point up to date that is connected."""
    async with database.work(operator_id) as work:
        if not await _has_lists(work):
            return
        for each in await list_charge_points(work, Filter(connected=True, most=_MOST)):
            work.defer(SYNC, queueing_lock=_lock(work, each.identity), identity=each.identity)


async def _has_lists(work: Work) -> bool:
    """Tell whether a charge point has something to know, or something to forget."""
    return await any_listed(work) or await store.any_kept(work)


def _later(work: Work, identity: str) -> None:
    at = work.now + _SETTLES
    work.defer(SYNC, at=at, queueing_lock=_lock(work, identity), identity=identity)


def _lock(work: Work, identity: str) -> str:
    return f"{SYNC}:{work.operator_id}:{identity}"
