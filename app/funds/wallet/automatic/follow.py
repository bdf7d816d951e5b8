"""What an agreement does about the news of top-ups, and of credit that is spent."""

from dataclasses import replace
from uuid import UUID

from app.funds.payments.events import Why
from app.funds.wallet import store as wallets
from app.funds.wallet.automatic import store
from app.funds.wallet.automatic.agree import defer_forgetting, end
from app.funds.wallet.automatic.model import MOST_DECLINES, AgreementState, Ending, is_low
from app.funds.wallet.read import lock_wallet
from app.funds.wallet.top_ups.model import TopUp
from app.infra.database import Work

BUY = "wallet.buy_again"


async def notice_spending(work: Work, wallet_id: UUID) -> None:
    """Step: let a job buy credit when too little is left; what is reserved may still come back."""
    agreement = await store.live_of(work, wallet_id)
    wallet = None if agreement is None else await wallets.find_wallet(work, wallet_id)
    if agreement is not None and wallet is not None and is_low(agreement, wallet, work.now):
        lock = f"{BUY}:{agreement.agreement_id}"
        work.defer(BUY, queueing_lock=lock, agreement_id=agreement.agreement_id)


async def notice_credit(work: Work, top_up: TopUp) -> None:
    """Step: with its first payment an agreement holds; a card that works is not declined."""
    its = await store.with_id(work, top_up.agreement_id or top_up.top_up_id)
    if its is None:
        return
    if top_up.agreement_id is not None:
        await store.save(work, replace(its, declines=0, declined_at=None))
    elif its.state is AgreementState.AGREED:
        await store.save(work, replace(its, state=AgreementState.ON))
    else:
        defer_forgetting(work, its)


async def notice_failure(work: Work, top_up: TopUp, why: Why) -> None:
    """Step: without its first payment an agreement is over, and so it is with a bad card."""
    await lock_wallet(work, top_up.wallet_id)
    its = await store.with_id(work, top_up.agreement_id or top_up.top_up_id)
    if its is None or its.state is AgreementState.OFF:
        return
    if top_up.agreement_id is None:
        await end(work, its, Ending.UNPAID)
    elif why is Why.DECLINED:
        tired = replace(its, declines=its.declines + 1, declined_at=work.now)
        await store.save(work, tired)
        if tired.declines >= MOST_DECLINES:
            await end(work, tired, Ending.DECLINED)


async def notice_late_payment(work: Work, top_up: TopUp) -> None:
    """Step: who pays after the top-up was given up gets the money back, and leaves no means."""
    its = await store.with_id(work, top_up.top_up_id)
    if its is not None and its.state is AgreementState.OFF:
        defer_forgetting(work, its)
