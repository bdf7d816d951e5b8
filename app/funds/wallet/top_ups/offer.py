"""The terms on which an operator sells credit; without any it sells none."""

from uuid import UUID

from app.funds.wallet.top_ups import store
from app.funds.wallet.top_ups.model import WalletOffer
from app.infra.database import Work
from app.infra.question import Question


async def wallet_offer(work: Work) -> WalletOffer | None:
    """Step: return the operator's terms, or None: it sells no credit."""
    return await store.find_offer(work)


def wallet_offer_of(operator_id: UUID) -> Question[WalletOffer | None]:
    """Ask for an operator's terms; None: it sells no credit."""
    return store.offer_of(operator_id)


async def save_wallet_offer(work: Work, offer: WalletOffer | None) -> bool:
    """Step: make *offer* the operator's terms; tell whether they changed. WalletOfferInvalid."""
    if offer == await store.find_offer(work):
        return False
    if offer is None:
        await store.drop_offer(work)
    else:
        offer.check()
        await store.put_offer(work, offer)
    return True
