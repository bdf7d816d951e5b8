"""What a driver agreed to, for the page."""

from uuid import UUID

from app.funds.payments.steps import get_payment
from app.funds.wallet.automatic import store
from app.funds.wallet.automatic.model import Agreement
from app.funds.wallet.top_ups.store import with_id
from app.infra.database import Work


async def last_agreement(work: Work, wallet_id: UUID) -> tuple[Agreement, str | None] | None:
    """Step: return the agreement that holds, or that ended last, and the means that it charges."""
    agreement = await store.last_of(work, wallet_id)
    if agreement is None:
        return None
    first = await with_id(work, agreement.agreement_id)
    payment = None if first is None else await get_payment(work, first.payment_id)
    return agreement, None if payment is None else payment.instrument
