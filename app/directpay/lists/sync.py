"""Bring a charge point's local list to what the tokens are now."""

from typing import Final
from uuid import UUID

from app.charging.chargers.stations.find import find_charge_point
from app.charging.tokens.read import listed_tokens
from app.directpay.lists import store
from app.directpay.lists.model import Kept, Update, after, chosen, updates
from app.directpay.lists.ports import Lister, Listing, LocalLists, Taken
from app.infra.database import Database
from app.infra.jobs import TryAgain

# More than any charge point holds: what it says of itself cuts it further.
MOST_LISTED: Final = 10_000


async def sync_list(
    identity: str, *, operator_id: UUID, database: Database, lists: LocalLists
) -> None:
    """
    Send what differs, message by message; what a charge point took is written down at once.

    One that is away, or has no list, is left alone: it is asked again when it is back. TryAgain
    after a message that failed or was not answered; then its version tells what became of it.
    """
    charge_point = await find_charge_point(identity, database=database)
    if charge_point is None or not charge_point.connected or charge_point.protocol is None:
        return
    if charge_point.operator_id != operator_id:
        return
    lister = Lister(operator_id, identity, charge_point.protocol)
    listing = await lists.ask(lister)
    if listing is None:
        return
    kept, planned = await _plan(lister, listing, database)
    for update in planned:
        kept = await _send(lister, update, kept, database=database, lists=lists)


async def _plan(lister: Lister, listing: Listing, database: Database) -> tuple[Kept, list[Update]]:
    limits = listing.limits
    async with database.work(lister.operator_id) as work:
        kept = await store.kept_at(work, lister.identity)
        tokens = await listed_tokens(work, MOST_LISTED)
        wanted = chosen(tokens, work.now, limits.most)
    return kept, updates(kept, listing.version, wanted, limits.at_once)


async def _send(
    lister: Lister, update: Update, kept: Kept, *, database: Database, lists: LocalLists
) -> Kept:
    """Send one update and write down what came of it; return what is kept then."""
    taken = await lists.send(lister, update)
    async with database.work(lister.operator_id) as work:
        if taken is Taken.ACCEPTED:
            kept = after(kept, update)
            await store.keep(work, lister.identity, kept)
        elif taken is Taken.MISMATCH:
            await store.forget(work, lister.identity)
    if taken is not Taken.ACCEPTED:
        raise TryAgain
    return kept
