"""Find a top-up for whoever comes back from the provider's page, and what is on its way."""

from uuid import UUID

from app.funds.wallet import store as wallets
from app.funds.wallet.top_ups import store
from app.funds.wallet.top_ups.model import TopUp
from app.infra.database import Database, Work


async def top_up_of_driver(
    top_up_id: UUID, driver_id: UUID, *, operator_id: UUID, database: Database
) -> TopUp | None:
    """Return a top-up of this driver, or None: there is none, or it is another's."""
    async with database.work(operator_id) as work:
        found = await store.with_id(work, top_up_id)
        wallet = None if found is None else await wallets.find_wallet(work, found.wallet_id)
    return found if wallet is not None and wallet.driver_id == driver_id else None


async def is_buying(work: Work, wallet_id: UUID) -> bool:
    """Step: tell whether credit was ordered that may still be paid for."""
    return bool(await store.waiting_for(work, wallet_id))
