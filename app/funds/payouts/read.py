"""Look at payouts."""

from app.funds.payouts import store
from app.funds.payouts.model import Payout
from app.infra.database import Work


async def list_payouts(work: Work) -> list[Payout]:
    """Step: return all payouts of the work's operator, oldest first."""
    return await store.all_payouts(work)
