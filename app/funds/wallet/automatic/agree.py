"""Begin an agreement, and end it."""

from dataclasses import replace

from app.funds.wallet.automatic import store
from app.funds.wallet.automatic.model import Agreement, AgreementState, Ending
from app.infra.database import Work

FORGET = "wallet.forget_means"


async def agree(work: Work, new: Agreement) -> bool:
    """
    Step: note the consent; tell False when an agreement of the locked wallet holds already.

    One whose first payment is not there yet is replaced.
    """
    live = await store.live_of(work, new.wallet_id)
    if live is not None and live.state is AgreementState.ON:
        return False
    if live is not None:
        await end(work, live, Ending.REPLACED)
    await store.add(work, new)
    return True


async def end(work: Work, agreement: Agreement, why: Ending) -> None:
    """Step: end an agreement of the locked wallet; a job has the provider forget the means."""
    over = replace(agreement, state=AgreementState.OFF, ended_at=work.now, ended_why=why)
    await store.save(work, over)
    defer_forgetting(work, agreement)


def defer_forgetting(work: Work, agreement: Agreement) -> None:
    """Step: have the provider forget the means of an agreement that is over."""
    work.defer(FORGET, agreement_id=agreement.agreement_id)
